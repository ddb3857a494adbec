package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulling from and pushing to a real registry that anybody may use. */
class RegistryClientTest {
  private static final RegistryOptions INSECURE = new RegistryOptions(false, null, null);

  @TempDir static Path folder;
  private static LocalRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(folder);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aPushedImageIsPulledAsItWas() throws Exception {
    ImageReference image = image("pushed:1");
    byte[] layer = random(3_000_000);
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] manifest = manifest(config, layer);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      Path file = Files.write(folder.resolve("layer"), layer);
      client.pushBlob(image, layer(layer), BlobSource.of(file));
      client.pushBlob(image, config(config), BlobSource.of(config));
      PushedManifest pushed = client.pushManifest(image, MediaType.OCI_MANIFEST, manifest);
      assertThat(pushed).isEqualTo(new PushedManifest(Digest.of(manifest), false));

      FetchedManifest fetched = client.manifest(image);
      assertThat(fetched.bytes()).isEqualTo(manifest);
      assertThat(fetched.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
      assertThat(fetched.digest()).isEqualTo(Digest.of(manifest));
      assertThat(client.manifest(image.withDigest(Digest.of(manifest))).bytes())
          .isEqualTo(manifest);
      try (InputStream blob = client.blob(image, layer(layer))) {
        assertThat(blob.readAllBytes()).isEqualTo(layer);
      }
    }
  }

  @Test
  void aTagThatPointsAtTheManifestAlreadyIsLeftAlone() throws Exception {
    ImageReference image = image("again:1");
    byte[] config = "{\"again\":1}".getBytes(StandardCharsets.UTF_8);
    byte[] manifest = manifest(config, config);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      client.pushBlob(image, config(config), BlobSource.of(config));
      client.pushManifest(image, MediaType.OCI_MANIFEST, manifest);
      int puts = requests("PUT", "/v2/again/manifests/1");
      assertThat(client.pushManifest(image, MediaType.OCI_MANIFEST, manifest).alreadyThere())
          .isTrue();
      assertThat(requests("PUT", "/v2/again/manifests/1")).isEqualTo(puts).isPositive();
    }
  }

  @Test
  void aBlobIsUploadedWhileItIsMade() throws Exception {
    ImageReference image = image("streamed:1");
    byte[] layer = random(5_000_003);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      try (BlobUpload upload = client.startUpload(image)) {
        upload.write(layer, 0, 1);
        upload.write(layer, 1, 2_000_000);
        upload.write(ByteBuffer.wrap(layer, 2_000_001, layer.length - 2_000_001));
        assertThat(upload.written()).isEqualTo(layer.length);
        upload.finish(Digest.of(layer), layer.length);
      }
      try (InputStream blob = client.blob(image, layer(layer))) {
        assertThat(blob.readAllBytes()).isEqualTo(layer);
      }
    }
  }

  @Test
  void anEmptyBlobIsUploaded() {
    ImageReference image = image("empty:1");
    Digest empty = Digest.of(new byte[0]);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      try (BlobUpload upload = client.startUpload(image)) {
        upload.finish(empty, 0);
      }
      assertThat(client.hasBlob(image, empty)).isTrue();
    }
  }

  @Test
  void anAbortedUploadLeavesTheBlobToBePushedAnew() {
    ImageReference image = image("aborted:1");
    byte[] layer = random(1_000_000);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      try (BlobUpload upload = client.startUpload(image)) {
        upload.write(layer, 0, 700_000);
        upload.abort();
        assertThatThrownBy(() -> upload.write(layer, 0, 1))
            .isInstanceOf(IllegalStateException.class);
      }
      assertThat(client.hasBlob(image, Digest.of(layer))).isFalse();
      client.pushBlob(image, layer(layer), BlobSource.of(layer));
      assertThat(client.hasBlob(image, Digest.of(layer))).isTrue();
    }
  }

  @Test
  void anUploadThatIsNotWhatItsDigestSaysIsRefusedByTheRegistry() {
    ImageReference image = image("wrong:1");
    byte[] layer = random(100_000);
    Digest other = Digest.of(random(10));
    try (RegistryClient client = new RegistryClient(INSECURE);
        BlobUpload upload = client.startUpload(image)) {
      upload.write(layer, 0, layer.length);
      assertThatThrownBy(() -> upload.finish(other, layer.length))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("answered 400 (DIGEST_INVALID");
    }
  }

  @Test
  void aBlobIsMountedFromAnotherRepository() {
    byte[] layer = random(200_000);
    ImageReference target = image("mounted:1");
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      client.pushBlob(image("origin/of/mount:1"), layer(layer), BlobSource.of(layer));
      assertThat(client.hasBlob(target, Digest.of(layer))).isFalse();
      assertThat(client.mountBlob(target, Digest.of(layer), "origin/of/mount")).isTrue();
      assertThat(client.hasBlob(target, Digest.of(layer))).isTrue();
    }
  }

  @Test
  void aBlobThatIsNowhereIsNotMounted() {
    Digest nowhere = Digest.of(random(33));
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      assertThat(client.mountBlob(image("mounted:2"), nowhere, "origin/of/mount")).isFalse();
    }
  }

  @Test
  void whatIsNotThereIsNotFound() {
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      assertThat(client.resolve(image("nobody:1"))).isEmpty();
      assertThatThrownBy(() -> client.manifest(image("nobody:1")))
          .isInstanceOf(BuildException.class)
          .hasMessage(
              "pull of %s/nobody:1: %s answered 404 (MANIFEST_UNKNOWN: manifest unknown)",
              registry.host(), registry.url());
    }
  }

  @Test
  void manyBlobsArePushedAtOnce() throws Exception {
    ImageReference image = image("parallel:1");
    List<byte[]> layers = IntStream.range(0, 16).mapToObj(i -> random(300_000 + i)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      List<Callable<Boolean>> pushes =
          layers.stream()
              .<Callable<Boolean>>map(
                  layer ->
                      () -> {
                        client.pushBlob(image, layer(layer), BlobSource.of(layer));
                        return client.hasBlob(image, Digest.of(layer));
                      })
              .toList();
      for (Future<Boolean> pushed : threads.invokeAll(pushes)) {
        assertThat(pushed.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRegistryWithoutTlsIsRefusedUnlessThatIsAllowed() {
    try (RegistryClient client = new RegistryClient(RegistryOptions.DEFAULT)) {
      assertThatThrownBy(() -> client.resolve(image("app:1")))
          .isInstanceOfSatisfying(
              BuildException.class, e -> assertThat(e.remedy()).contains("--tls-verify=false"))
          .hasMessageEndingWith("registry " + registry.host() + " does not speak HTTPS");
    }
  }

  @Test
  void aRegistryThatIsNotThereIsNamed() {
    try (RegistryClient client = new RegistryClient(RegistryOptions.DEFAULT)) {
      assertThatThrownBy(() -> client.resolve(ImageReference.parse("127.0.0.1:1/app:1")))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("registry 127.0.0.1:1 cannot be reached");
      assertThatThrownBy(() -> client.resolve(ImageReference.parse("nowhere.invalid/app:1")))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("registry nowhere.invalid has no address");
    }
  }

  @Test
  void aBlobThatIsShorterThanItsDescriptorIsNotPushed() {
    byte[] layer = random(1000);
    Descriptor longer = new Descriptor(MediaType.OCI_LAYER, Digest.of(layer), layer.length + 1);
    try (RegistryClient client = new RegistryClient(INSECURE)) {
      assertThatThrownBy(() -> client.pushBlob(image("short:1"), longer, BlobSource.of(layer)))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("1 bytes are missing from its end");
    }
  }

  private static int requests(String method, String path) throws Exception {
    String log = registry.log();
    return log.split("\"" + method + " " + path, -1).length - 1;
  }

  private static ImageReference image(String name) {
    return ImageReference.parse(registry.host() + "/" + name);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor layer(byte[] bytes) {
    return Descriptor.of(MediaType.OCI_LAYER, bytes);
  }

  private static Descriptor config(byte[] bytes) {
    return Descriptor.of(MediaType.OCI_CONFIG, bytes);
  }

  private static byte[] manifest(byte[] config, byte[] layer) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(MediaType.OCI_MANIFEST, json(config(config)), json(layer(layer)));
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Descriptor descriptor) {
    return new String(dev.sealosbuild.json.Json.write(descriptor.toJson()), StandardCharsets.UTF_8);
  }
}
