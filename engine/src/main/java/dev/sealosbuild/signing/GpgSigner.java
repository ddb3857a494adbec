package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key of the user's GnuPG keyring. The {@code gpg} program signs with it; it asks the user's
 * agent, which asks the user where it has to.
 */
public final class GpgSigner implements OpenPgpSigner {
  private static final String NOT_FOR_SIGNING = "it is not for signing";

  private final GpgProgram gpg;
  private final String fingerprint;
  private final @Nullable Secret passphrase;

  private GpgSigner(GpgProgram gpg, String fingerprint, @Nullable Secret passphrase) {
    this.gpg = gpg;
    this.fingerprint = fingerprint;
    this.passphrase = passphrase;
  }

  /**
   * The key of that fingerprint, if it can sign.
   *
   * @param fingerprint of a primary key or a subkey: 40 hexadecimal digits (64 of a version 5 key),
   *     spaces between them allowed
   * @param passphrase of the key; null to leave asking to the agent
   * @param environment of gpg: {@code PATH}, {@code GNUPGHOME}, {@code GPG_TTY} and so on
   * @throws BuildException when there is no such key, or it is revoked, expired or not for signing,
   *     or the passphrase is not its own
   */
  public static GpgSigner of(
      String fingerprint, @Nullable Secret passphrase, Map<String, String> environment) {
    String hex = fingerprint.replace(" ", "").toUpperCase(Locale.ROOT);
    if (!hex.matches("(?:0X)?(?:[0-9A-F]{40}|[0-9A-F]{64})")) {
      throw new BuildException(
          "\"" + fingerprint + "\" is not a key's fingerprint",
          "take the 40 digits that gpg --list-secret-keys shows; a shorter ID can be forged");
    }
    if (hex.startsWith("0X")) {
      hex = hex.substring(2);
    }
    GpgProgram gpg = new GpgProgram(environment);
    String primary = requireAbleToSign(gpg, hex);
    GpgSigner signer = new GpgSigner(gpg, primary, passphrase);
    if (passphrase != null) {
      // Nobody is asked for anything, so a wrong passphrase can be told now.
      signer.sign(new byte[0]);
    }
    return signer;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public byte[] sign(byte[] payload) {
    Path file = null;
    try {
      // Standard input is taken by the passphrase; the payload is no secret.
      file = Files.createTempFile("sealos-build-payload", ".json");
      Files.write(file, payload);
      List<String> arguments = new ArrayList<>(List.of("--batch", "--yes", "--no-armor"));
      if (passphrase != null) {
        arguments.addAll(List.of("--pinentry-mode", "loopback", "--passphrase-fd", "0"));
      }
      arguments.addAll(List.of("--local-user", fingerprint, "--digest-algo", "SHA256"));
      arguments.addAll(List.of("--output", "-", "--sign", file.toString()));
      byte[] input = passphrase == null ? new byte[0] : secretLine(passphrase);
      GpgProgram.Outcome outcome = gpg.run("sign", arguments, input);
      if (outcome.exit() != 0 || outcome.out().length == 0) {
        throw new BuildException(
            "gpg does not sign with the key " + fingerprint + ": " + outcome.reason(),
            passphrase == null
                ? "check that gpg --sign works here, or give the passphrase"
                : "check the passphrase");
      }
      return outcome.out();
    } catch (IOException e) {
      throw new BuildException(
          "the payload of a signature cannot be written for gpg: " + e.getMessage(),
          "make room in the folder for temporary files",
          e);
    } finally {
      delete(file);
    }
  }

  private static byte[] secretLine(Secret passphrase) {
    return (passphrase.reveal() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // No secret is left behind, and what was asked for is done or has failed by itself.
      return;
    }
  }

  /**
   * Finds a key that can sign, in what gpg lists of it.
   *
   * @return the primary key's fingerprint
   * @see <a href="https://github.com/gpg/gnupg/blob/master/doc/DETAILS">GnuPG, DETAILS: format of
   *     the colon listings</a>
   */
  private static String requireAbleToSign(GpgProgram gpg, String hex) {
    GpgProgram.Outcome outcome =
        gpg.run(
            "list the key",
            List.of("--batch", "--with-colons", "--fixed-list-mode", "--list-secret-keys", hex),
            new byte[0]);
    String primary = "";
    String reason = NOT_FOR_SIGNING;
    boolean able = false;
    for (String line : new String(outcome.out(), StandardCharsets.UTF_8).split("\n", -1)) {
      String[] field = line.split(":", -1);
      if (field[0].equals("fpr") && primary.isEmpty() && field.length > 9) {
        primary = field[9];
      }
      if ((field[0].equals("sec") || field[0].equals("ssb")) && field.length > 14) {
        String why = whyNot(field);
        if (field[0].equals("sec") && isUnusable(field)) {
          throw unable(hex, why);
        }
        able |= why.isEmpty();
        reason = why.isEmpty() || why.equals(NOT_FOR_SIGNING) ? reason : why;
      }
    }
    if (primary.isEmpty()) {
      throw new BuildException(
          "there is no secret key " + hex + " in the GnuPG keyring " + gpg.home(),
          "gpg --list-secret-keys shows those that there are");
    }
    if (!able) {
      throw unable(hex, reason);
    }
    return primary;
  }

  private static boolean isUnusable(String[] field) {
    return field[1].matches("[redi]") || field[11].contains("D");
  }

  /** Why a key or subkey cannot sign; empty where it can. */
  private static String whyNot(String[] field) {
    if (field[1].equals("r")) {
      return "it is revoked";
    }
    if (field[1].equals("e")) {
      return "it expired"
          + (field[6].matches("[0-9]{1,12}")
              ? " at " + Instant.ofEpochSecond(Long.parseLong(field[6]))
              : "");
    }
    if (field[1].equals("d") || field[11].contains("D")) {
      return "it is disabled";
    }
    if (field[1].equals("i")) {
      return "it is not valid";
    }
    if (!field[11].contains("s")) {
      return NOT_FOR_SIGNING;
    }
    return field[14].equals("#") ? "its secret part is not here" : "";
  }

  private static BuildException unable(String hex, String why) {
    return new BuildException(
        "the key " + hex + " cannot sign: " + why,
        "sign with another key, or give this one a subkey for signing");
  }
}
