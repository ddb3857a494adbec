package dev.sealosbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What images say of one another that somebody made up. */
class GarbageCollectorTest {
  /** Bytes of a stack that a few hundred calls within one another fill. */
  private static final long SMALL_STACK = 256 << 10;

  @TempDir private Path folder;

  @Test
  void indexesMayBeWithinOneAnotherAsDeepAsAnImageWants() throws Exception {
    try (ImageStore store = ImageStore.open(folder)) {
      Descriptor image = StoreProcess.addImage(store, "inner:1");
      ImageIndex index = indexOf(image);
      for (int depth = 0; depth < 5000; depth++) {
        Files.write(store.blobPath(index.digest()), index.bytes());
        index = indexOf(index.descriptor());
      }
      store.put(index.bytes(), index.digest());
      store.add(index.descriptor(), List.of(ImageReference.parse("outer:1")));
      store.removeName(ImageReference.parse("inner:1"));

      FutureTask<Optional<Long>> collection = new FutureTask<>(store::collectGarbage);
      new Thread(null, collection, "collection", SMALL_STACK).start();

      assertThat(collection.get()).contains(0L);
      assertThat(store.blobPath(image.digest())).exists();
    }
  }

  @Test
  void anImageKeepsWhatItNeedsThoughAnotherHasItsManifestForALayer() {
    try (ImageStore store = ImageStore.open(folder)) {
      Descriptor image = StoreProcess.addImage(store, "image:1");
      Descriptor config = store.manifest(image).config();
      store.removeImage(image.digest());
      Descriptor other = StoreProcess.addImage(store, "other:1");
      Manifest claim =
          Manifest.of(
              MediaType.OCI_MANIFEST,
              store.manifest(other).config(),
              List.of(new Descriptor(MediaType.OCI_LAYER, image.digest(), image.size())),
              Map.of());
      add(store, claim.descriptor(), claim.bytes(), "claim:1");
      store.add(image, List.of(ImageReference.parse("image:1")));

      assertThat(store.collectGarbage()).isPresent();

      assertThat(store.blobPath(config.digest())).exists();
    }
  }

  @Test
  void anImageKeepsWhatItNeedsThoughAnotherHasItsManifestForAnIndex() {
    try (ImageStore store = ImageStore.open(folder)) {
      Descriptor image = StoreProcess.addImage(store, "image:1");
      Descriptor config = store.manifest(image).config();
      store.removeImage(image.digest());
      ImageIndex claim = indexOf(new Descriptor(MediaType.OCI_INDEX, image.digest(), image.size()));
      add(store, claim.descriptor(), claim.bytes(), "claim:1");
      store.add(image, List.of(ImageReference.parse("image:1")));

      assertThat(store.collectGarbage()).isPresent();

      assertThat(store.blobPath(config.digest())).exists();
    }
  }

  private static void add(ImageStore store, Descriptor image, byte[] bytes, String name) {
    store.put(bytes, image.digest());
    store.add(image, List.of(ImageReference.parse(name)));
  }

  private static ImageIndex indexOf(Descriptor entry) {
    return ImageIndex.of(MediaType.OCI_INDEX, List.of(entry), Map.of());
  }
}
