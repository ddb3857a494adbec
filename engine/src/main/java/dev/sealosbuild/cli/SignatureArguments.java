package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.signing.PolicyContext;
import dev.sealosbuild.signing.RegistriesDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options about which signatures an image must have, and where they are. */
final class SignatureArguments {
  private static final String ARMOR = "-----BEGIN PGP";
  private static final String KEY = "--key";
  private static final String KEYRING = "--keyring";
  private static final String POLICY = "--signature-policy";
  static final String REGISTRIES_D = "--registries.d";

  private SignatureArguments() {}

  /** What a signature is checked against. */
  static List<OptionSpec> checking() {
    return List.of(
        Options.value(
            "FILE",
            "Demand a signature by the public key of FILE: a sigstore signature, for any tag of the"
                + " repository, where that is PEM as cosign public-key prints it; where gpg has"
                + " exported it, what --keyring demands.",
            KEY),
        Options.value(
            "FILE",
            "Demand a simple signature by a key of FILE, as gpg --export writes it, for exactly"
                + " IMAGE, or for its repository where IMAGE is named by digest.",
            KEYRING),
        policy());
  }

  static OptionSpec policy() {
    return Options.value(
        "FILE",
        "Demand of images what FILE says, in the form of containers-policy.json(5): of what a"
            + " registry is asked for or a file holds, not of what the store has. Of an index the"
            + " image that is taken must satisfy it, or, where all are taken, the index and each of"
            + " its images. Default: ~/.config/containers/policy.json, else"
            + " /etc/containers/policy.json; where there is neither, any image is accepted.",
        POLICY);
  }

  static OptionSpec registriesDirectory() {
    return Options.value(
        "DIR",
        "Find signatures, and put them, where the files of DIR say, in the form of containers-registries.d(5)."
            + " Default: ~/.config/containers/registries.d where that is there, else"
            + " /etc/containers/registries.d.",
        REGISTRIES_D);
  }

  /** The policy that was named; null for the user's or the machine's. */
  static @Nullable Path policyFile(Arguments arguments) {
    return arguments.path(POLICY);
  }

  /** The folder that was named; null for the user's or the machine's. */
  static @Nullable Path directory(Arguments arguments) {
    return arguments.path(REGISTRIES_D);
  }

  static RegistriesDirectory registriesDirectory(Arguments arguments, Invocation invocation) {
    return RegistriesDirectory.read(arguments.path(REGISTRIES_D), invocation.environment());
  }

  /** Whether a sigstore key was named, so that its signatures are looked for in any case. */
  static boolean namesSigstoreKey(Arguments arguments) {
    Path key = arguments.path(KEY);
    return key != null && !isOpenPgp(key);
  }

  /** What the options demand. */
  static PolicyContext demanded(Arguments arguments, Invocation invocation) {
    Path key = arguments.path(KEY);
    Path keyring = arguments.path(KEYRING);
    Path policy = arguments.path(POLICY);
    if ((key != null && keyring != null) || (policy != null && (key != null || keyring != null))) {
      throw new BuildException(
          "two of " + KEY + ", " + KEYRING + " and " + POLICY + " are given",
          "give one, or a policy that demands both signatures");
    }
    if (key != null) {
      return isOpenPgp(key) ? PolicyContext.ofKeyring(key) : PolicyContext.ofSigstoreKey(key);
    }
    return keyring != null
        ? PolicyContext.ofKeyring(keyring)
        : PolicyContext.find(policy, invocation.environment());
  }

  /** Whether a key's file is one of GnuPG's, as text or as it is, by how it begins. */
  private static boolean isOpenPgp(Path key) {
    try (InputStream in = Files.newInputStream(key)) {
      byte[] start = in.readNBytes(ARMOR.length());
      // The first bit of every OpenPGP packet is set (RFC 9580, 4.2); text has none like it.
      return start.length > 0
          && (start[0] < 0 || new String(start, StandardCharsets.US_ASCII).equals(ARMOR));
    } catch (IOException e) {
      return false; // whoever reads the key says why it cannot be
    }
  }
}
