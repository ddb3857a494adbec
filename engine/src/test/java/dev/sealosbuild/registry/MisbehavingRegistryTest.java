package dev.sealosbuild.registry;

import static dev.sealosbuild.registry.ScriptedRegistry.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A registry that errs or means ill gets neither wrong content in nor a credential out. */
class MisbehavingRegistryTest {
  private static final byte[] BLOB = "the content of the blob".getBytes(StandardCharsets.UTF_8);
  private static final Descriptor LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);

  @Test
  void aManifestOfAnotherDigestThanWasAskedForIsRefused() throws Exception {
    try (ScriptedRegistry registry = new ScriptedRegistry(e -> send(e, 200, "{}"))) {
      ImageReference image = image(registry).withDigest(Digest.of(BLOB));
      assertFails(
          registry, client -> client.manifest(image), "sent a manifest of another digest than");
    }
  }

  @Test
  void aManifestOfAnotherDigestThanTheRegistrySaysIsRefused() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.getResponseHeaders().set("Docker-Content-Digest", Digest.of(BLOB).toString());
              send(e, 200, "{}");
            })) {
      assertFails(
          registry,
          client -> client.manifest(image(registry)),
          "sent a manifest of another digest than");
    }
  }

  @Test
  void aDigestThatIsNoneIsNamedOnOneShortLine() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.getResponseHeaders().set("Docker-Content-Digest", "x".repeat(4000));
              send(e, 200, "{}");
            })) {
      assertThatThrownBy(() -> withClient(client -> client.manifest(image(registry))))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("names a digest that is not one")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("\n"));
    }
  }

  @Test
  void aManifestWithoutAnEndIsNotReadToItsEnd() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.sendResponseHeaders(200, 0);
              byte[] piece = new byte[1 << 20];
              while (sent.addAndGet(piece.length) < 512 << 20) {
                e.getResponseBody().write(piece);
              }
            })) {
      assertFails(registry, client -> client.manifest(image(registry)), "of more than 4 MiB");
      assertThat(sent.get()).isLessThan(Manifest.MAX_BYTES + (64 << 20));
    }
  }

  @Test
  void aBlobOfAnotherDigestFailsAtItsEnd() throws Exception {
    byte[] other = BLOB.clone();
    other[3]++;
    try (ScriptedRegistry registry = new ScriptedRegistry(e -> send(e, 200, other))) {
      assertFails(registry, client -> readBlob(client, registry), "other content than its digest");
    }
  }

  @Test
  void aBlobOfAnotherLengthFailsAtOnce() throws Exception {
    try (ScriptedRegistry registry = new ScriptedRegistry(e -> send(e, 200, new byte[3]))) {
      assertFails(
          registry, client -> readBlob(client, registry), "has 3 bytes of it instead of 23");
    }
  }

  @Test
  void aBlobThatIsLongerThanItSaysIsCutOff() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.sendResponseHeaders(200, 0);
              e.getResponseBody().write(BLOB);
              e.getResponseBody().write(BLOB);
            })) {
      assertFails(registry, client -> readBlob(client, registry), "sent more than the 23 bytes");
    }
  }

  @Test
  void aBlobThatBreaksOffIsNotTakenForWhole() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n";
    try (RawServer server = new RawServer(head + "the content")) {
      assertFails(
          () -> withClient(client -> readBlob(client, server.image())), "broke the connection");
    }
  }

  @Test
  void aBlobInChunksThatBreaksOffIsNotTakenForWhole() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (RawServer server = new RawServer(head + "5\r\nthe c\r\n")) {
      assertFails(
          () -> withClient(client -> readBlob(client, server.image())), "broke the connection");
    }
  }

  @Test
  void somethingElseThanARegistryIsNamedSo() throws Exception {
    try (RawServer server = new RawServer("220 mail.example.com ESMTP\r\n")) {
      assertFails(
          () -> withClient(client -> client.manifest(server.image())),
          "answered with something other than HTTP/1.1");
    }
  }

  @Test
  void headersWithoutAnEndAreNotReadToTheirEnd() throws Exception {
    String head = "HTTP/1.1 200 OK\r\n" + "X-More: of this\r\n".repeat(100_000);
    try (RawServer server = new RawServer(head)) {
      assertFails(
          () -> withClient(client -> client.manifest(server.image())), "more than 200 headers");
    }
  }

  @Test
  void aRegistryThatSaysNothingIsGivenUp() throws Exception {
    try (RawServer server = new RawServer("")) {
      RegistryClient client =
          new RegistryClient(
              insecure(null), Progress.silent(), new Transport(Trust.usual(), 100), null);
      assertFails(() -> client.manifest(server.image()), "sent nothing for");
      client.close();
    }
  }

  @Test
  void aRegistryThatCommitsALargeBlobIsGivenTimeByItsSize() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Transport transport = new Transport(Trust.usual(), 100)) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/upload");
      assertThatThrownBy(
              () ->
                  transport.exchange(
                      new HttpRequest("PUT", uri, Map.of(), null, 12_000_000), false, true))
          .isInstanceOfSatisfying(
              SilenceException.class, e -> assertThat(e.seconds()).isEqualTo(1));
    }
  }

  @Test
  void aRegistryThatTakesNoMoreOfAnUploadIsGivenUp() throws Exception {
    String begun = "HTTP/1.1 202 Accepted\r\nLocation: /upload\r\nContent-Length: 0\r\n\r\n";
    try (RawServer server = new RawServer(begun);
        RegistryClient client =
            new RegistryClient(
                insecure(null), Progress.silent(), new Transport(Trust.usual(), 200), null)) {
      BlobUpload upload = client.startUpload(server.image());
      byte[] piece = new byte[1 << 20];
      assertFails(
          () -> {
            for (int i = 0; i < 1000; i++) {
              upload.write(piece, 0, piece.length);
            }
          },
          "sent nothing for");
    }
  }

  @Test
  void anUploadThatIsRefusedOnItsWayTellsWhatTheRegistrySaid() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              if (e.getRequestMethod().equals("POST")) {
                e.getResponseHeaders().set("Location", "/upload");
                send(e, 202, "");
              } else {
                send(e, 413, "{\"errors\":[{\"code\":\"SIZE_INVALID\",\"message\":\"too big\"}]}");
              }
            })) {
      assertFails(
          registry,
          client -> {
            try (BlobUpload upload = client.startUpload(image(registry))) {
              upload.write(BLOB, 0, BLOB.length);
              upload.finish(LAYER.digest(), BLOB.length);
            }
          },
          "answered 413 (SIZE_INVALID: too big)");
    }
  }

  @Test
  void anUploadThatIsKeptUnderAnotherDigestFails() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.getResponseHeaders().set("Location", "/upload?state=1");
              e.getResponseHeaders()
                  .set("Docker-Content-Digest", Digest.of(new byte[1]).toString());
              send(e, e.getRequestMethod().equals("PUT") ? 201 : 202, "");
            })) {
      assertFails(
          registry,
          client -> client.pushBlob(image(registry), LAYER, BlobSource.of(BLOB)),
          "keeps it as sha256:");
      assertThat(registry.requests().get(1))
          .startsWith("PUT /upload?state=1&digest=sha256%3A" + LAYER.digest().hex());
    }
  }

  @Test
  void aPassingFailureIsTriedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedRegistry registry =
        new ScriptedRegistry(e -> send(e, asked.incrementAndGet() < 3 ? 503 : 200, "{}"))) {
      withClient(client -> assertThat(client.manifest(image(registry)).bytes()).hasSize(2));
      assertThat(asked).hasValue(3);
    }
  }

  @Test
  void aFailureThatLastsIsTold() throws Exception {
    try (ScriptedRegistry registry = new ScriptedRegistry(e -> send(e, 500, "oops"))) {
      assertFails(registry, client -> client.manifest(image(registry)), "answered 500");
      assertThat(registry.requests()).hasSize(4);
    }
  }

  @Test
  void redirectsThatGoRoundAreNotFollowedForEver() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.getResponseHeaders().set("Location", e.getRequestURI().toString());
              send(e, 307, "");
            })) {
      assertFails(registry, client -> client.manifest(image(registry)), "more than 5 redirects");
    }
  }

  @Test
  void aRedirectToAnotherHostIsFollowedWithoutTheCredential() throws Exception {
    try (ScriptedRegistry elsewhere = new ScriptedRegistry(e -> send(e, 200, BLOB));
        ScriptedRegistry registry =
            new ScriptedRegistry(
                e -> {
                  if (e.getRequestHeaders().getFirst("Authorization") == null) {
                    e.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                    send(e, 401, "");
                  } else {
                    String there = "http://" + elsewhere.host() + "/blob";
                    e.getResponseHeaders().set("Location", there);
                    send(e, 307, "");
                  }
                })) {
      withCredentials(client -> readBlob(client, registry));
      assertThat(registry.requests().get(1)).endsWith("Basic YW5uYTpzM2NyZXQ=");
      assertThat(elsewhere.requests()).containsExactly("GET /blob null");
    }
  }

  @Test
  void anotherHostThatAsksForACredentialAfterARedirectGetsNone() throws Exception {
    try (ScriptedRegistry elsewhere =
            new ScriptedRegistry(
                e -> {
                  e.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mine\"");
                  send(e, 401, "");
                });
        ScriptedRegistry registry =
            new ScriptedRegistry(
                e -> {
                  String there = "http://" + elsewhere.host() + "/blob";
                  e.getResponseHeaders().set("Location", there);
                  send(e, 302, "");
                })) {
      assertFails(() -> withCredentials(client -> readBlob(client, registry)), "answered 401");
      assertThat(elsewhere.requests()).containsExactly("GET /blob null");
    }
  }

  @Test
  void anUploadToAnotherHostIsMadeWithoutTheCredential() throws Exception {
    try (ScriptedRegistry elsewhere = new ScriptedRegistry(e -> send(e, 201, ""));
        ScriptedRegistry registry =
            new ScriptedRegistry(
                e -> {
                  if (e.getRequestHeaders().getFirst("Authorization") == null) {
                    e.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                    send(e, 401, "");
                  } else {
                    String there = "http://" + elsewhere.host() + "/upload";
                    e.getResponseHeaders().set("Location", there);
                    send(e, 202, "");
                  }
                })) {
      withCredentials(client -> client.pushBlob(image(registry), LAYER, BlobSource.of(BLOB)));
      assertThat(elsewhere.requests()).hasSize(1).allMatch(request -> request.endsWith(" null"));
    }
  }

  @Test
  void aRegistryThatIsNeverSatisfiedIsAskedTwiceAndNotMore() throws Exception {
    try (ScriptedRegistry registry =
        new ScriptedRegistry(
            e -> {
              e.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
              String sent = e.getRequestHeaders().getFirst("Authorization");
              String body =
                  "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"not \\n %s s3cret\"}]}";
              send(e, 401, body.formatted(sent));
            })) {
      assertThatThrownBy(() -> withCredentials(client -> client.manifest(image(registry))))
          .isInstanceOfSatisfying(
              BuildException.class,
              e -> assertThat(e.remedy()).contains("--creds").doesNotContain("s3cret"))
          .hasMessageEndingWith("answered 401 (UNAUTHORIZED: not   Basic **** ****)");
      assertThat(registry.requests()).hasSize(2);
    }
  }

  private interface Use {
    void of(RegistryClient client) throws Exception;
  }

  private static RegistryOptions insecure(@Nullable Credentials credentials) {
    return new RegistryOptions(false, credentials, null).withRetry(new Retry(3, Duration.ZERO));
  }

  private static void withClient(Use use) throws Exception {
    try (RegistryClient client = new RegistryClient(insecure(null))) {
      use.of(client);
    }
  }

  private static void withCredentials(Use use) throws Exception {
    Credentials anna = new Credentials("anna", new Secret("s3cret"));
    try (RegistryClient client = new RegistryClient(insecure(anna))) {
      use.of(client);
    }
  }

  private static void assertFails(ScriptedRegistry registry, Use use, String found) {
    assertThatThrownBy(() -> withClient(use))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(registry.host())
        .hasMessageContaining(found);
  }

  private static void assertFails(ThrowingCallable call, String found) {
    assertThatThrownBy(call).isInstanceOf(BuildException.class).hasMessageContaining(found);
  }

  private static void readBlob(RegistryClient client, ScriptedRegistry registry)
      throws IOException {
    readBlob(client, image(registry));
  }

  private static void readBlob(RegistryClient client, ImageReference image) throws IOException {
    try (InputStream blob = client.blob(image, LAYER)) {
      assertThat(blob.readAllBytes()).isEqualTo(BLOB);
    }
  }

  private static ImageReference image(ScriptedRegistry registry) {
    return ImageReference.parse(registry.host() + "/app:1");
  }
}
