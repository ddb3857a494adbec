package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry that speaks with nobody who shows no certificate. */
class ClientCertificateTest {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static LocalRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.in(shared).withClientCertificates().start();
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void trustTheAuthority() throws Exception {
    Files.copy(registry.authorityCertificate(), folder.resolve("ca.crt"));
  }

  @Test
  void aCertificateWithAnEllipticKeyIsShown() throws Exception {
    makeClient("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    assertLetIn();
  }

  @Test
  void aCertificateWithAKeyInTheOlderFormOfEllipticKeysIsShown() throws Exception {
    makeClient("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    rewriteKey("openssl", "ec");
    assertThat(key()).startsWith("-----BEGIN EC PRIVATE KEY");
    assertLetIn();
  }

  @Test
  void aCertificateWithAKeyInTheOlderFormOfRsaIsShown() throws Exception {
    makeClient("rsa:2048");
    rewriteKey("openssl", "rsa", "-traditional");
    assertThat(key()).startsWith("-----BEGIN RSA PRIVATE KEY");
    assertLetIn();
  }

  @Test
  void whoShowsNoCertificateIsNotLetIn() {
    assertThatThrownBy(this::assertLetIn)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("registry " + registry.host());
  }

  @Test
  void aCertificateWithoutItsKeyIsNamed() throws Exception {
    makeClient("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    Files.delete(folder.resolve("client.key"));
    assertThatThrownBy(this::assertLetIn)
        .isInstanceOf(BuildException.class)
        .hasMessage(folder.resolve("client.cert") + " is there without client.key");
  }

  @Test
  void aKeyOfAnotherKindIsNamedButNotShown() throws Exception {
    makeClient("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    String bad = "-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n";
    Files.writeString(folder.resolve("client.key"), bad);
    assertThatThrownBy(this::assertLetIn)
        .isInstanceOf(BuildException.class)
        .hasMessage(folder.resolve("client.key") + " is not the EC key of its certificate")
        .hasNoCause();
    Files.writeString(folder.resolve("client.cert"), "nothing");
    assertThatThrownBy(this::assertLetIn)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("client.cert");
  }

  private void assertLetIn() {
    RegistryOptions options =
        new RegistryOptions(true, null, null)
            .withCertDir(folder)
            .withRetry(new Retry(1, Duration.ZERO));
    try (RegistryClient client = new RegistryClient(options)) {
      assertThat(client.resolve(ImageReference.parse(registry.host() + "/app:1"))).isEmpty();
    }
  }

  private void makeClient(String key, String... options) {
    String request = folder.resolve("client.csr").toString();
    Program.run(
        Program.command(
            List.of("openssl", "req", "-nodes", "-subj", "/CN=anna", "-newkey", key),
            Program.command(
                List.of(options),
                "-keyout",
                folder.resolve("client.key").toString(),
                "-out",
                request)));
    Program.run(
        "openssl",
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        request,
        "-CA",
        registry.authorityCertificate().toString(),
        "-CAkey",
        shared.resolve("ca.key").toString(),
        "-CAcreateserial",
        "-out",
        folder.resolve("client.cert").toString());
  }

  private void rewriteKey(String... program) throws IOException {
    Path key = folder.resolve("client.key");
    Path older = folder.resolve("older");
    Program.run(Program.command(List.of(program), "-in", key.toString(), "-out", older.toString()));
    Files.move(older, key, StandardCopyOption.REPLACE_EXISTING);
  }

  private String key() throws IOException {
    return Files.readString(folder.resolve("client.key"));
  }
}
