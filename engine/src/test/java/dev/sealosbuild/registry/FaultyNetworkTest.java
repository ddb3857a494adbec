package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.testing.FaultyProxy;
import dev.sealosbuild.testing.FaultyProxy.Fault;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pulled and pushed through a network that spoils it is whole, or a clear failure. */
class FaultyNetworkTest {
  private static final byte[] BLOB = new byte[3_000_000];
  private static final Descriptor LAYER;
  private static final byte[] MANIFEST;
  private static final String TO_BLOB = "GET /v2/app/blobs/";

  static {
    new Random(7).nextBytes(BLOB);
    LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);
    MANIFEST =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]}"
            .formatted(
                MediaType.OCI_MANIFEST,
                new String(dev.sealosbuild.json.Json.write(LAYER.toJson()), StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
  }

  @TempDir static Path folder;
  private static LocalRegistry registry;

  private final List<Long> pauses = new ArrayList<>();
  private FaultyProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(folder);
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      ImageReference image = ImageReference.parse(registry.host() + "/app:1");
      client.pushBlob(image, LAYER, BlobSource.of(BLOB));
      client.pushManifest(image, MediaType.OCI_MANIFEST, MANIFEST);
    }
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void stand() throws Exception {
    proxy = new FaultyProxy(registry.host());
  }

  @AfterEach
  void leave() throws Exception {
    proxy.close();
  }

  @Test
  void aBlobThatBreaksOffIsResumedWhereItBroke() throws Exception {
    proxy.plan(TO_BLOB, new Fault.Cut(1_000_000)).plan(TO_BLOB, new Fault.Cut(700_000));
    assertPulled();
    assertThat(proxy.requests())
        .containsExactly(
            "GET /v2/app/blobs/" + LAYER.digest(),
            "GET /v2/app/blobs/" + LAYER.digest() + " bytes=1000000-",
            "GET /v2/app/blobs/" + LAYER.digest() + " bytes=1700000-");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void aBlobWhoseConnectionIsResetIsResumed() throws Exception {
    proxy.plan(TO_BLOB, new Fault.Reset(2_000_000)).plan(TO_BLOB, new Fault.Reset(0));
    assertPulled();
    assertThat(proxy.allHappened()).isTrue();
  }

  @Test
  void aBlobThatMakesProgressBetweenItsBreaksMayBreakMoreOftenThanIsRepeated() throws Exception {
    proxy.plan(TO_BLOB, new Fault.Cut(1_100_000));
    proxy.plan(TO_BLOB, new Fault.Cut(10)).plan(TO_BLOB, new Fault.Cut(10));
    proxy.plan(TO_BLOB, new Fault.Cut(1_100_000));
    proxy.plan(TO_BLOB, new Fault.Cut(10)).plan(TO_BLOB, new Fault.Cut(10));
    assertPulled();
    assertThat(proxy.allHappened()).isTrue();
  }

  @Test
  void aBlobThatBreaksOffAgainAndAgainFails() {
    for (int i = 0; i < 4; i++) {
      proxy.plan(TO_BLOB, new Fault.Cut(10));
    }
    assertThatThrownBy(this::assertPulled)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("pull of blob " + LAYER.digest())
        .hasMessageContaining("with 2999960 bytes to go")
        .hasMessageContaining("broke the connection");
  }

  @Test
  void aServerThatIsBusyForAWhileIsWaitedForAsLongAsItSays() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
    proxy
        .plan(TO_BLOB, new Fault.Answer("429 Too Many Requests", "Retry-After: 7\r\n"))
        .plan(TO_BLOB, new Fault.Answer("503 Unavailable", "Retry-After: " + date + "\r\n"))
        .plan(TO_BLOB, new Fault.Answer("500 Oops", "Retry-After: 99999\r\n"));
    assertPulled();
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(0)).isEqualTo(7_000);
    assertThat(pauses.get(1)).isBetween(60_000L, 100_000L);
    assertThat(pauses.get(2)).isEqualTo(300_000);
  }

  @Test
  void thePausesGrowAndDifferByChance() {
    for (int i = 0; i < 4; i++) {
      proxy.plan("GET /v2/app/manifests/", new Fault.Answer("502 Bad Gateway", ""));
    }
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image()))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("answered 502");
    }
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(0)).isBetween(2_000L, 3_000L);
    assertThat(pauses.get(1)).isBetween(4_000L, 6_000L);
    assertThat(pauses.get(2)).isBetween(8_000L, 12_000L);
  }

  @Test
  void aManifestThatBreaksOffIsReadAgain() {
    proxy.plan("GET /v2/app/manifests/1", new Fault.Cut(20));
    proxy.plan("GET /v2/app/manifests/1", new Fault.Reset(0));
    try (RegistryClient client = client()) {
      assertThat(client.manifest(image()).bytes()).isEqualTo(MANIFEST);
    }
    assertThat(proxy.allHappened()).isTrue();
  }

  @Test
  void aManifestThatIsAnotherOnItsWayIsRefusedAndNamed() {
    proxy.plan("GET /v2/app/manifests/1", new Fault.Flip(2));
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image()))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("pull of " + image())
          .hasMessageContaining("a manifest of another digest than " + Digest.of(MANIFEST));
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void aBlobThatIsAnotherOnItsWayIsRefused() {
    proxy.plan(TO_BLOB, new Fault.Flip(1234));
    assertThatThrownBy(this::assertPulled)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("other content than its digest says");
  }

  @Test
  void aSlowBlobIsWhole() throws Exception {
    proxy.plan("GET /v2/app/manifests/1", new Fault.Slow());
    try (RegistryClient client = client()) {
      assertThat(client.manifest(image()).bytes()).isEqualTo(MANIFEST);
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void aRedirectToAnotherHostIsResumedThere() throws Exception {
    try (FaultyProxy other = new FaultyProxy(registry.host())) {
      String there = "Location: http://" + other.host() + "/v2/app/blobs/" + LAYER.digest();
      other.plan(TO_BLOB, new Fault.Cut(1_000_000));
      proxy.plan(TO_BLOB, new Fault.Answer("307 Temporary Redirect", there + "\r\n"));
      proxy.plan(TO_BLOB, new Fault.Answer("307 Temporary Redirect", there + "\r\n"));
      assertPulled();
      assertThat(other.requests()).last().asString().endsWith(" bytes=1000000-");
    }
  }

  @Test
  void aPushThatIsSpoiledEverywhereArrives() throws Exception {
    byte[] blob = new byte[2_000_000];
    new Random(8).nextBytes(blob);
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, blob);
    ImageReference target = ImageReference.parse(proxy.host() + "/pushed:1");
    proxy
        .plan("POST /v2/pushed/", new Fault.Answer("503 Unavailable", ""))
        .plan("PUT /v2/pushed/blobs/", new Fault.ResetUpload(500_000))
        .plan("PUT /v2/pushed/blobs/", new Fault.Reset(0))
        .plan("PUT /v2/pushed/manifests/", new Fault.Answer("429 Too Many Requests", ""));
    byte[] manifest =
        new String(MANIFEST, StandardCharsets.UTF_8)
            .replace(LAYER.digest().toString(), layer.digest().toString())
            .replace("" + LAYER.size(), "" + layer.size())
            .getBytes(StandardCharsets.UTF_8);
    try (RegistryClient client = client()) {
      client.pushBlob(target, layer, BlobSource.of(blob));
      client.pushManifest(target, MediaType.OCI_MANIFEST, manifest);
      assertThat(proxy.allHappened()).isTrue();
      assertThat(client.manifest(target).bytes()).isEqualTo(manifest);
      try (InputStream in = client.blob(target, layer)) {
        assertThat(in.readAllBytes()).isEqualTo(blob);
      }
    }
  }

  @Test
  void aClientThatIsClosedDoesNotWaitForTheNextAttempt() throws Exception {
    proxy.plan(TO_BLOB, new Fault.Answer("503 Unavailable", "Retry-After: 200\r\n"));
    RegistryOptions options = new RegistryOptions(false, null, null);
    RegistryClient client =
        new RegistryClient(options, Progress.silent(), new Transport(Trust.usual(), 60_000), null);
    Thread puller =
        new Thread(
            () ->
                assertThatThrownBy(() -> client.blob(image(), LAYER).readAllBytes())
                    .isInstanceOf(BuildException.class));
    puller.start();
    while (puller.getState() != Thread.State.TIMED_WAITING && puller.isAlive()) {
      Thread.onSpinWait();
    }
    client.close();
    puller.join(20_000);
    assertThat(puller.isAlive()).isFalse();
  }

  private void assertPulled() throws Exception {
    try (RegistryClient client = client();
        InputStream blob = client.blob(image(), LAYER)) {
      assertThat(blob.readAllBytes()).isEqualTo(BLOB);
    }
  }

  private RegistryClient client() {
    RegistryOptions options =
        new RegistryOptions(false, null, null).withRetry(new Retry(3, Duration.ofSeconds(2)));
    return new RegistryClient(
        options,
        Progress.silent(),
        new Transport(Trust.usual(), 60_000),
        millis -> {
          pauses.add(millis);
          return true;
        });
  }

  private ImageReference image() {
    return ImageReference.parse(proxy.host() + "/app:1");
  }
}
