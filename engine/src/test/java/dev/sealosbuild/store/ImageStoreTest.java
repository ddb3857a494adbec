package dev.sealosbuild.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ImageStoreTest {
  @TempDir private Path folder;

  @Test
  void newStoreIsAnImageLayout() throws IOException {
    try (ImageStore store = open()) {
      assertThat(store.images()).isEmpty();
    }

    assertThat(folder.resolve("store/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    byte[] index = Files.readAllBytes(folder.resolve("store/index.json"));
    assertThat(ImageIndex.read(index, MediaType.OCI_INDEX).manifests()).isEmpty();
  }

  @Test
  void skopeoReadsAnImageByItsName() throws Exception {
    Requires.program("skopeo");
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "registry.example/team/app:1.0");
      Process process =
          new ProcessBuilder(
                  "skopeo",
                  "inspect",
                  "--format",
                  "{{.Digest}}",
                  "oci:" + store.root() + ":registry.example/team/app:1.0")
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).isEqualTo(image.digest().toString());
    }
  }

  @Test
  void nameMovesFromImageToImage() {
    try (ImageStore store = open()) {
      Descriptor first = StoreProcess.addImage(store, "a:1");
      Descriptor second = StoreProcess.addImage(store, "b:1");
      store.add(second, List.of(ImageReference.parse("a:1")));

      assertThat(store.require("a:1")).isEqualTo(second);
      assertThat(store.images()).hasSize(2);
      assertThat(store.find(ImageReference.parse("a@" + first.digest()))).isEmpty();
      assertThat(store.find(ImageReference.parse("b@" + second.digest()))).contains(second);

      assertThat(store.removeName(ImageReference.parse("a:1"))).isTrue();
      assertThat(store.removeName(ImageReference.parse("a:1"))).isFalse();
      assertThat(store.require("b:1")).isEqualTo(second);
      assertThat(store.removeImage(second.digest())).isTrue();
      assertThat(store.images()).isEmpty();
    }
  }

  @Test
  void imageWithoutANameGetsOneAndIsThereOnce() {
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "a:1");
      store.removeImage(image.digest());
      store.add(image, List.of());
      store.add(image, List.of());
      assertThat(store.images()).hasSize(1);

      store.add(image, List.of(ImageReference.parse("x:1"), ImageReference.parse("y:1")));
      assertThat(store.images())
          .extracting(stored -> stored.name().orElseThrow().toString())
          .containsExactly("docker.io/library/x:1", "docker.io/library/y:1");
    }
  }

  @Test
  void imageIsFoundByTheBeginningOfItsIdOrDigest() throws IOException {
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "a:1");
      Descriptor other = StoreProcess.addImage(store, "b:1");

      assertThat(store.require(image.digest().shortHex())).isEqualTo(image);
      assertThat(store.require(store.imageId(image).substring(0, 20))).isEqualTo(image);
      assertThat(store.require("sha256:" + store.imageId(image))).isEqualTo(image);
      assertThatThrownBy(() -> store.require("nosuch"))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("no image \"nosuch\"");

      // Another image's manifest being lost is no reason not to find this one.
      Files.delete(store.blobPath(other.digest()));
      assertThat(store.require(store.imageId(image).substring(0, 20))).isEqualTo(image);
      assertThat(store.require(other.digest().shortHex())).isEqualTo(other);
    }
  }

  @Test
  void manyThreadsMayUseOneStore() throws Exception {
    try (ImageStore store = open()) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String name = "image" + i % 20 + ":" + i % 3;
        tasks.add(threads.submit(() -> StoreProcess.addImage(store, name)));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
      threads.shutdown();

      assertThat(store.images()).hasSize(60);
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void oneThreadMayCloseWhatAnotherOpened() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    ImageStore store = other.submit(this::open).get();
    BlobWriter blob = other.submit(store::newBlob).get();
    blob.close();
    store.close();
    other.shutdown();

    try (ImageStore again = open()) {
      assertThat(again.collectGarbage()).isPresent();
    }
  }

  @Test
  void manyProcessesMayUseOneStore() throws Exception {
    List<StoreProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        processes.add(StoreProcess.start("add", storeFolder(), "p" + i, "25"));
      }
      try (ImageStore store = open()) {
        for (int i = 0; i < 25; i++) {
          StoreProcess.addImage(store, "own:" + i);
          // Whenever it is looked at, the index is whole.
          Json.readObject(Files.readAllBytes(folder.resolve("store/index.json")), "index.json");
        }
        for (StoreProcess process : processes) {
          assertThat(process.await()).isZero();
        }
        assertThat(store.images()).hasSize(100);
        store.images().forEach(image -> store.manifest(image.descriptor()));
      }
    } finally {
      processes.forEach(StoreProcess::close);
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void whatAKilledProcessLeftIsSweptAndWhatALivingOneHasIsNot() throws Exception {
    try (StoreProcess living = StoreProcess.start("hold", storeFolder());
        StoreProcess killed = StoreProcess.start("hold", storeFolder())) {
      living.awaitReady();
      killed.awaitReady();
      try (ImageStore store = open()) {
        assertThat(leftovers()).hasSize(2);
        assertThat(store.prune(PruneLimits.NONE)).isEmpty();
      }
      killed.kill();

      try (ImageStore store = open()) {
        assertThat(leftovers()).hasSize(1);
        assertThat(store.prune(PruneLimits.NONE)).isEmpty();
      }
      living.kill();

      try (ImageStore store = open()) {
        assertThat(leftovers()).isEmpty();
        assertThat(store.prune(PruneLimits.NONE)).isPresent();
      }
    }
    try (Stream<Path> locks = Files.list(folder.resolve("store/locks"))) {
      assertThat(locks.map(lock -> lock.getFileName().toString()))
          .allMatch(name -> !name.startsWith("tmp-"));
    }
  }

  @Test
  void garbageIsWhatNeitherImagesNorTheCacheNeed() throws IOException {
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "kept:1");
      Digest cached = put(store, "cached layer");
      Digest unused = put(store, "unused");
      store
          .cache()
          .put(
              "aa/bb",
              Json.write(
                  Map.of(
                      "layer",
                      new Descriptor(MediaType.OCI_LAYER, cached, 12).toJson(),
                      "diffId",
                      cached)));
      store.cache().put("aa/cc", "{\"layer\":{\"dig".getBytes(UTF_8));
      Files.writeString(folder.resolve("store/blobs/sha256/not-a-digest"), "stray");

      assertThat(store.collectGarbage()).contains((long) "unused".length() + 5);
      assertThat(store.blobPath(unused)).doesNotExist();
      assertThat(store.blobPath(cached)).exists();
      assertThat(store.manifest(image).config()).isNotNull();

      store.removeName(ImageReference.parse("kept:1"));
      assertThat(store.prune(PruneLimits.NONE)).isPresent();
      try (Stream<Path> blobs = Files.list(folder.resolve("store/blobs/sha256"))) {
        assertThat(blobs).isEmpty();
      }
    }
  }

  @Test
  void imagesOfAnIndexAreNotGarbage() {
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "a:1");
      ImageIndex index = ImageIndex.of(MediaType.OCI_INDEX, List.of(image), Map.of());
      store.put(index.bytes(), index.digest());
      store.add(index.descriptor(), List.of(ImageReference.parse("multi:1")));
      store.removeName(ImageReference.parse("a:1"));

      assertThat(store.prune(PruneLimits.NONE)).contains(0L);
      Manifest manifest = store.manifest(store.imageIndex(index.descriptor()).manifests().get(0));
      assertThat(store.config(manifest).platform().os()).isEqualTo("linux");
    }
  }

  @Test
  void garbageIsNotCollectedWhileAnotherHasTheStoreOpen() {
    try (ImageStore store = open()) {
      try (ImageStore other = open()) {
        assertThat(other.images()).isEmpty();
        assertThat(store.collectGarbage()).isEqualTo(Optional.empty());
      }
      assertThat(store.collectGarbage()).isPresent();
    }
  }

  @Test
  void blobIsThereOnlyOnceItIsCommitted() throws IOException {
    try (ImageStore store = open()) {
      byte[] content = "content".getBytes(UTF_8);
      Descriptor descriptor = Descriptor.of(MediaType.OCI_LAYER, content);
      try (BlobWriter blob = store.newBlob()) {
        blob.write(ByteBuffer.wrap(content));
        assertThat(store.has(descriptor)).isFalse();
      }
      assertThat(store.has(descriptor)).isFalse();
      assertThatThrownBy(
              () -> {
                try (BlobWriter blob = store.newBlob()) {
                  blob.commit(descriptor.digest(), Digest.of(new byte[0]));
                }
              })
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("should have the digest");
      try (BlobWriter blob = store.newBlob()) {
        blob.write(ByteBuffer.wrap(content));
        blob.commit(descriptor.digest());
      }
      assertThat(store.has(descriptor)).isTrue();
      assertThat(store.read(descriptor)).isEqualTo(content);
    }
  }

  @Test
  void damagedBlobIsToldAndNeverUsed() throws IOException {
    try (ImageStore store = open()) {
      Descriptor image = StoreProcess.addImage(store, "a:1");
      byte[] bytes = Files.readAllBytes(store.blobPath(image.digest()));
      bytes[5] ^= 1;
      Files.write(store.blobPath(image.digest()), bytes);
      assertThatThrownBy(() -> store.manifest(image))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("damaged");

      Files.delete(store.blobPath(image.digest()));
      assertThatThrownBy(() -> store.manifest(image))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("not in the store");
    }
  }

  @Test
  void descriptorWithTheDigestOfSomethingLargerIsNotRead() throws IOException {
    try (ImageStore store = open()) {
      Digest layer = put(store, "a layer, larger than the descriptor says");

      assertThatThrownBy(() -> store.read(new Descriptor(MediaType.OCI_CONFIG, layer, 5)))
          .isInstanceOf(BuildException.class);
      assertThatThrownBy(
              () -> store.read(new Descriptor(MediaType.OCI_CONFIG, layer, Long.MAX_VALUE)))
          .isInstanceOf(BuildException.class);
    }
  }

  @Test
  void damagedIndexIsToldWithItsName() throws IOException {
    for (String text : List.of("", "{", "[]", "{\"schemaVersion\":1}", "\0\0\0\0")) {
      try (ImageStore store = open()) {
        Files.writeString(folder.resolve("store/index.json"), text);
        assertThatThrownBy(store::images)
            .isInstanceOf(BuildException.class)
            .hasMessageContaining("index.json is damaged");
        assertThatThrownBy(() -> StoreProcess.addImage(store, "a:1"))
            .isInstanceOf(BuildException.class)
            .hasMessageContaining("index.json is damaged");
      }
    }
  }

  @Test
  void fileInPlaceOfAStoreIsToldAndHoldsNoLock() throws IOException {
    Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> ImageStore.open(folder.resolve("file")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> ImageStore.open(folder.resolve("file/below")))
        .isInstanceOf(BuildException.class);
  }

  @Test
  void storeThatCannotBeOpenedIsLetGoOf() throws IOException {
    try (ImageStore store = open()) {
      assertThat(store.images()).isEmpty();
    }
    Path layout = folder.resolve("store/oci-layout");
    Files.delete(layout);
    Files.delete(folder.resolve("store/blobs/sha256"));
    Files.writeString(folder.resolve("store/blobs/sha256"), "in the way");
    assertThatThrownBy(this::open).isInstanceOf(BuildException.class);
    Files.delete(folder.resolve("store/blobs/sha256"));

    try (ImageStore store = open()) {
      assertThat(store.collectGarbage()).isPresent();
    }
  }

  @Test
  void keysThatLeaveTheirFolderAreRefused() {
    try (ImageStore store = open()) {
      for (String key : List.of("../index.json", "/etc/passwd", "a/../../x", "..")) {
        assertThatThrownBy(() -> store.cache().put(key, new byte[1]))
            .isInstanceOf(BuildException.class)
            .hasMessageContaining("leaves its folder");
        assertThatThrownBy(() -> store.cache().get(key)).isInstanceOf(BuildException.class);
      }
    }
  }

  @Test
  void keyedFilesAreReplacedWhole() {
    try (ImageStore store = open()) {
      KeyedFiles files = store.trees();
      assertThat(files.get("a/b")).isEmpty();
      assertThat(files.has("a")).isFalse();
      files.put("a/b", new byte[] {1});
      files.put("a/b", new byte[] {2, 3});
      files.put("a/c", new byte[0]);

      assertThat(files.get("a/b")).contains(new byte[] {2, 3});
      assertThat(files.get("a/c")).contains(new byte[0]);
      assertThat(files.has("a")).isTrue();
      assertThat(files.keys()).containsExactlyInAnyOrder("a/b", "a/c");
    }
  }

  @Test
  void originThatWasCutShortIsNone() throws IOException {
    try (ImageStore store = open()) {
      Digest blob = Digest.of("x".getBytes(UTF_8));
      assertThat(store.origins().of(blob)).isEmpty();
      store.origins().remember(blob, ImageReference.parse("registry.example:5000/a/b:1"));
      assertThat(store.origins().of(blob).orElseThrow().name())
          .isEqualTo("registry.example:5000/a/b");

      Files.write(folder.resolve("store/origins").resolve(blob.hex()), new byte[0]);
      assertThat(store.origins().of(blob)).isEmpty();
    }
  }

  private ImageStore open() {
    return ImageStore.open(folder.resolve("store"));
  }

  private String storeFolder() {
    return folder.resolve("store").toString();
  }

  private static Digest put(ImageStore store, String text) {
    byte[] content = text.getBytes(UTF_8);
    store.put(content, Digest.of(content));
    return Digest.of(content);
  }

  private List<Path> leftovers() throws IOException {
    Path tmp = folder.resolve("store/tmp");
    if (!Files.exists(tmp)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(tmp)) {
      return files.toList();
    }
  }
}
