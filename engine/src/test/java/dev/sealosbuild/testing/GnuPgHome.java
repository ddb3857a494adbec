package dev.sealosbuild.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A GnuPG keyring of throw-away keys, with an agent of its own that ends with it. */
public final class GnuPgHome implements AutoCloseable {
  private final Path folder;

  private GnuPgHome(Path folder) {
    this.folder = folder;
  }

  public static GnuPgHome in(Path parent) throws IOException {
    Requires.program("gpg");
    Path folder = Files.createDirectories(parent.resolve("gnupg"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    return new GnuPgHome(folder);
  }

  /** The variables that a program needs to use this keyring. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("GNUPGHOME", folder.toString());
    return environment;
  }

  /**
   * Makes a key; answers its fingerprint.
   *
   * @param algorithm such as {@code ed25519} or {@code rsa2048}
   * @param usage such as {@code sign} or {@code cert}
   * @param passphrase empty for none
   */
  public String key(String name, String algorithm, String usage, String passphrase) {
    return key(name, algorithm, usage, passphrase, "never");
  }

  public String key(
      String name, String algorithm, String usage, String passphrase, String expires) {
    gpg("--passphrase", passphrase, "--quick-gen-key", name, algorithm, usage, expires);
    return fingerprint(name);
  }

  /** A key of the past, expired since. */
  public String expiredKey(String name) {
    gpg(
        "--faked-system-time",
        "20200101T000000",
        "--passphrase",
        "",
        "--quick-gen-key",
        name,
        "ed25519",
        "sign",
        "1d");
    return fingerprint(name);
  }

  public void revoke(String fingerprint) throws IOException {
    Path certificate = folder.resolve("openpgp-revocs.d/" + fingerprint + ".rev");
    // gpg puts a colon before it, lest somebody import it by accident.
    Path usable = folder.resolve("revocation.asc");
    Files.writeString(usable, Files.readString(certificate).replace(":-----BEGIN", "-----BEGIN"));
    gpg("--import", usable.toString());
  }

  /** The public key, as {@code gpg --export} writes it. */
  public Path publicKey(String fingerprint, String... options) {
    Path file = folder.resolve("public-" + fingerprint + options.length);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--yes", "--output", file.toString(), "--export", fingerprint));
    gpg(arguments.toArray(String[]::new));
    return file;
  }

  /** The secret key, armored, still under its passphrase. */
  public Path secretKey(String fingerprint, String passphrase) {
    Path file = folder.resolve("secret-" + fingerprint);
    gpg(
        "--passphrase",
        passphrase,
        "--yes",
        "--armor",
        "--output",
        file.toString(),
        "--export-secret-keys",
        fingerprint);
    return file;
  }

  /** Lets gpg look at a signed message; answers what it says of it. */
  public Program.Outcome verify(Path message) {
    return attempt("--verify", message.toString());
  }

  public String gpg(String... arguments) {
    Program.Outcome outcome = attempt(arguments);
    if (outcome.exit() != 0) {
      throw new AssertionError("gpg " + String.join(" ", arguments) + ": " + outcome.err());
    }
    return outcome.out();
  }

  private String fingerprint(String name) {
    for (String line : gpg("--with-colons", "--list-keys", name).split("\n", -1)) {
      if (line.startsWith("fpr:")) {
        return line.split(":", -1)[9];
      }
    }
    throw new AssertionError("no key " + name);
  }

  private Program.Outcome attempt(String... arguments) {
    return Program.finish(
        builder(
            Program.command(List.of("gpg", "--batch", "--pinentry-mode", "loopback"), arguments)));
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GNUPGHOME", folder.toString());
    return builder;
  }

  @Override
  public void close() {
    Program.finish(builder("gpgconf", "--kill", "all"));
  }
}
