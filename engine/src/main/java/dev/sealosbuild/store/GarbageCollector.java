package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes what neither an image nor the build cache refers to. */
final class GarbageCollector {
  /** Member of a cache entry that holds the descriptor of the layer it refers to. */
  private static final String LAYER = "layer";

  private GarbageCollector() {}

  /**
   * @param limits of what is removed besides; null to remove what nobody refers to alone
   */
  static Optional<Long> collect(ImageStore store, IndexFile index, @Nullable PruneLimits limits)
      throws IOException {
    store.release();
    try {
      return FileLocks.ifExclusive(
          store.lockFile(),
          () -> {
            if (limits != null && !limits.areNone()) {
              new OldestFirst(store, index, limits).remove();
            } else if (limits != null) {
              if (limits.named()) {
                index.removeAll();
              }
              index.removeUnnamed();
              store.cache().clear();
              store.saved().clear();
              store.stat().clear();
              store.trees().clear();
              store.mounts().clear();
              FileRemoval.remove(store.kept());
            }
            return sweep(store, index);
          });
    } finally {
      store.use();
    }
  }

  private static long sweep(ImageStore store, IndexFile index) throws IOException {
    Marks marks = new Marks(store);
    for (StoredImage image : index.images()) {
      marks.add(image.descriptor());
    }
    for (String key : store.saved().keys()) {
      store.saved().get(key).ifPresent(marks::addKept);
    }
    Set<Digest> needed = marks.needed;
    for (String key : store.cache().keys()) {
      store.cache().get(key).ifPresent(entry -> needed.addAll(blobsOf(entry)));
    }
    store.unpacked().sweep(needed);
    long freed = 0;
    Path blobs = store.root().resolve("blobs");
    for (String algorithm : new String[] {"sha256", "sha512"}) {
      Set<String> names = new HashSet<>();
      for (Digest digest : needed) {
        if (digest.algorithm().equals(algorithm)) {
          names.add(digest.hex());
        }
      }
      freed += sweep(blobs.resolve(algorithm), names);
    }
    return freed;
  }

  private static long sweep(Path folder, Set<String> needed) throws IOException {
    long freed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.isRegularFile(file) && !needed.contains(file.getFileName().toString())) {
          long size = Files.size(file);
          Files.delete(file);
          freed += size;
        }
      }
    } catch (NoSuchFileException e) {
      return freed;
    }
    return freed;
  }

  /** The blobs that an image needs, or an index with those of its images that are here. */
  static Set<Digest> blobsOf(ImageStore store, Descriptor image) {
    Marks marks = new Marks(store);
    marks.add(image);
    return marks.needed;
  }

  /** The blobs of what is kept of an image that others carry along. */
  static Set<Digest> blobsOfKept(ImageStore store, byte[] kept) {
    Marks marks = new Marks(store);
    marks.addKept(kept);
    return marks.needed;
  }

  /** The blob that a cache entry refers to. */
  static Set<Digest> blobsOf(byte[] cacheEntry) {
    try {
      JsonObject layer = Json.readObject(cacheEntry, "cache entry").object(LAYER);
      return layer == null ? Set.of() : Set.of(Descriptor.read(layer).digest());
    } catch (BuildException e) {
      return Set.of(); // cut short when the power went: no build will use it either
    }
  }

  /** What images need. */
  private static final class Marks {
    private final ImageStore store;
    private final Set<Digest> needed = new HashSet<>();

    /**
     * What was read. That it is needed says less: another image may list a manifest as a layer, or
     * as an index that it is not.
     */
    private final Set<Digest> followed = new HashSet<>();

    Marks(ImageStore store) {
      this.store = store;
    }

    /** Without calling itself: indexes may be within one another as deep as an image wants. */
    void add(Descriptor image) {
      Deque<Descriptor> found = new ArrayDeque<>(List.of(image));
      while (!found.isEmpty()) {
        Descriptor next = found.pop();
        needed.add(next.digest());
        boolean leads =
            MediaType.isIndex(next.mediaType()) || MediaType.isManifest(next.mediaType());
        if (leads && store.has(next) && !followed.contains(next.digest())) {
          follow(next, found);
        }
      }
    }

    private void follow(Descriptor document, Deque<Descriptor> found) {
      try {
        if (MediaType.isIndex(document.mediaType())) {
          found.addAll(store.imageIndex(document).manifests());
        } else {
          Manifest manifest = store.manifest(document);
          needed.add(manifest.config().digest());
          manifest.layers().forEach(layer -> needed.add(layer.digest()));
        }
        followed.add(document.digest());
      } catch (BuildException e) {
        if (e.getCause() instanceof IOException && !(e.getCause() instanceof NoSuchFileException)) {
          throw e; // a disk that cannot be read now may be readable later
        }
        // It is damaged, and nothing can be had by it any more: that must not keep the rest here.
      }
    }

    /** What is kept of an image that others carry along. */
    void addKept(byte[] kept) {
      try {
        for (JsonObject manifest : Json.readObject(kept, "kept manifests").objects("manifests")) {
          add(Descriptor.read(manifest));
        }
      } catch (BuildException e) {
        // Cut short when the power went: it will be fetched again.
      }
    }
  }
}
