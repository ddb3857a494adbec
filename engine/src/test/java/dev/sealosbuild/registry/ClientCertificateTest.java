package dev.sealosbuild.registry;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
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

  @Test
  void hostsThatTheRegistrySendsToAreShownNoCertificate() throws Exception {
    makeClient("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    byte[] bytes = "blob".getBytes(StandardCharsets.UTF_8);
    Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, bytes);
    try (Curious elsewhere = new Curious(exchange -> ScriptedRegistry.send(exchange, 200, bytes));
        Curious own =
            new Curious(
                exchange -> {
                  exchange
                      .getResponseHeaders()
                      .set("Location", "https://" + elsewhere.host() + "/b");
                  ScriptedRegistry.send(exchange, 307, "");
                });
        RegistryClient client = new RegistryClient(options())) {
      ImageReference image = ImageReference.parse(own.host() + "/app:1");
      assertThat(client.blob(image, blob, InputStream::readAllBytes)).isEqualTo(bytes);
      assertThat(own.shown).containsExactly("CN=anna");
      assertThat(elsewhere.shown).containsExactly("nobody");
    }
  }

  /** A server that asks who is there, and takes it without. */
  private final class Curious implements AutoCloseable {
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final HttpsServer server;

    Curious(ScriptedRegistry.Script script) throws Exception {
      Path keys = Files.createDirectories(folder.resolve("server"));
      Files.copy(shared.resolve("server.pem"), keys.resolve("s.cert"), REPLACE_EXISTING);
      Files.copy(shared.resolve("server.key"), keys.resolve("s.key"), REPLACE_EXISTING);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new CertificateFolder(keys).keyManagers(), authority(), null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters wanted = context.getDefaultSSLParameters();
              wanted.setWantClientAuth(true);
              parameters.setSSLParameters(wanted);
            }
          });
      server.createContext(
          "/",
          exchange -> {
            shown.add(client(((HttpsExchange) exchange).getSSLSession()));
            try (exchange) {
              script.answer(exchange);
            }
          });
      server.start();
    }

    String host() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }

    private static String client(SSLSession session) {
      try {
        return session.getPeerPrincipal().getName();
      } catch (SSLPeerUnverifiedException e) {
        return "nobody";
      }
    }

    private TrustManager[] authority() throws Exception {
      KeyStore store = CertificateFolder.emptyStore();
      try (InputStream in = Files.newInputStream(registry.authorityCertificate())) {
        store.setCertificateEntry(
            "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    }
  }

  private void assertLetIn() {
    try (RegistryClient client = new RegistryClient(options())) {
      assertThat(client.resolve(ImageReference.parse(registry.host() + "/app:1"))).isEmpty();
    }
  }

  private RegistryOptions options() {
    return new RegistryOptions(true, null, null)
        .withCertDir(folder)
        .withRetry(new Retry(1, Duration.ZERO));
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
