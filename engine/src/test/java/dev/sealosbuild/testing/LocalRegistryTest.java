package dev.sealosbuild.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRegistryTest {
  @TempDir Path folder;

  @BeforeAll
  static void needsARegistry() {
    Requires.program("docker-registry");
  }

  @Test
  void aPlainRegistryAnswersEverybody() throws Exception {
    try (LocalRegistry registry = LocalRegistry.start(folder)) {
      assertThat(status(registry)).isEqualTo(200);
    }
  }

  @Test
  void aRegistryWithAUserAnswersNobodyElse() throws Exception {
    try (LocalRegistry registry = LocalRegistry.in(folder).withUser("anna", "s3cret").start()) {
      assertThat(status(registry)).isEqualTo(401);
    }
  }

  @Test
  void aRegistryWithTlsHasACertificateOfItsOwnAuthority() throws Exception {
    try (LocalRegistry registry = LocalRegistry.in(folder).withTls().start()) {
      assertThat(registry.url()).startsWith("https://127.0.0.1:");
      assertThat(Files.readString(registry.authorityCertificate())).contains("BEGIN CERTIFICATE");
    }
  }

  private static int status(LocalRegistry registry) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + "/v2/")).build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
