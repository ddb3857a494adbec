package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.signing.GpgSigner;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.signing.OpenPgpSigner;
import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.signing.SecretKeyFile;
import dev.sealosbuild.signing.SigstorePrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say with which keys what is pushed is signed. */
final class SigningArguments {
  private static final String SIGN_BY = "--sign-by";
  private static final String SIGN_KEY = "--sign-key";
  private static final String SIGSTORE_KEY = "--sign-by-sigstore-private-key";
  private static final String PASSPHRASE_FILE = "--sign-passphrase-file";
  private static final String PASSPHRASE_VARIABLE = "SEALOS_BUILD_SIGN_PASSPHRASE";
  private static final int MAX_PASSPHRASE = 4096;

  private SigningArguments() {}

  static List<OptionSpec> all() {
    return List.of(
        Options.value(
            "FINGERPRINT",
            "Sign what is pushed with this key of the GnuPG keyring, through gpg and its agent: a"
                + " simple signature, put where registries.d says. The 40 digits of the"
                + " fingerprint; whether the key can sign is checked before anything is built.",
            SIGN_BY),
        Options.value(
            "FILE",
            "Sign as --sign-by does, with the secret key of FILE, as gpg --export-secret-keys"
                + " writes it; without gpg.",
            SIGN_KEY),
        Options.value(
            "FILE",
            "Sign what is pushed with the key of FILE, as cosign generate-key-pair makes it: a"
                + " sigstore signature, put into the image's repository.",
            SIGSTORE_KEY),
        Options.value(
            "FILE",
            "Take the passphrase of the keys from the first line of FILE. Default: the variable "
                + PASSPHRASE_VARIABLE
                + "; without either, gpg's agent asks, and key files are taken to have none.",
            PASSPHRASE_FILE));
  }

  /** Whether any of the options was given. */
  static boolean any(Arguments arguments) {
    return List.of(SIGN_BY, SIGN_KEY, SIGSTORE_KEY, PASSPHRASE_FILE).stream()
        .anyMatch(arguments::has);
  }

  /**
   * Refuses keys where nothing can be signed.
   *
   * @throws BuildException when one is given
   */
  static void requireNone(Arguments arguments, String reason, String remedy) {
    for (String option : List.of(SIGN_BY, SIGN_KEY, SIGSTORE_KEY)) {
      if (arguments.has(option)) {
        throw new BuildException(option + " is given, but " + reason, remedy);
      }
    }
  }

  /**
   * The keys, opened and asked whether they can sign.
   *
   * @return null where nothing is to be signed
   */
  static @Nullable ImageSigner read(
      Arguments arguments, Invocation invocation, RegistriesDirectory directory) {
    String fingerprint = arguments.text(SIGN_BY);
    String file = arguments.text(SIGN_KEY);
    String sigstore = arguments.text(SIGSTORE_KEY);
    Secret passphrase = passphrase(arguments, invocation);
    if (fingerprint == null && file == null && sigstore == null) {
      if (arguments.text(PASSPHRASE_FILE) != null) {
        throw new BuildException(
            PASSPHRASE_FILE + " is given, but no key",
            "name one by " + SIGN_BY + ", " + SIGN_KEY + " or " + SIGSTORE_KEY);
      }
      return null;
    }
    List<OpenPgpSigner> openPgp = new ArrayList<>();
    if (fingerprint != null) {
      openPgp.add(GpgSigner.of(fingerprint, passphrase, variables(invocation)));
    }
    if (file != null) {
      openPgp.add(SecretKeyFile.read(Path.of(file), passphrase));
    }
    List<SigstorePrivateKey> keys = new ArrayList<>();
    if (sigstore != null) {
      Secret given = Objects.requireNonNullElse(passphrase, new Secret(""));
      keys.add(SigstorePrivateKey.read(Path.of(sigstore), given));
    }
    return new ImageSigner(openPgp, keys, directory, Main.PROGRAM + " " + Version.number());
  }

  /** Those of gpg, without the passphrase that is not for it to see. */
  private static Map<String, String> variables(Invocation invocation) {
    Map<String, String> variables = new java.util.HashMap<>(invocation.environment());
    variables.remove(PASSPHRASE_VARIABLE);
    return variables;
  }

  private static @Nullable Secret passphrase(Arguments arguments, Invocation invocation) {
    String file = arguments.text(PASSPHRASE_FILE);
    if (file == null) {
      String value = invocation.variable(PASSPHRASE_VARIABLE);
      return value == null ? null : new Secret(value);
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      String text = new String(in.readNBytes(MAX_PASSPHRASE), StandardCharsets.UTF_8);
      return new Secret(text.lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new BuildException(
          PASSPHRASE_FILE + " " + file + " cannot be read", "check its name and its rights", e);
    }
  }
}
