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
import java.util.HashSet;
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
    Set<Digest> needed = new HashSet<>();
    for (StoredImage image : index.images()) {
      mark(store, image.descriptor(), needed);
    }
    for (String key : store.cache().keys()) {
      store.cache().get(key).ifPresent(entry -> markLayer(entry, needed));
    }
    for (String key : store.saved().keys()) {
      store.saved().get(key).ifPresent(kept -> markKept(store, kept, needed));
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
    Set<Digest> blobs = new HashSet<>();
    mark(store, image, blobs);
    return blobs;
  }

  /** The blobs of what is kept of an image that others carry along. */
  static Set<Digest> blobsOfKept(ImageStore store, byte[] kept) {
    Set<Digest> blobs = new HashSet<>();
    markKept(store, kept, blobs);
    return blobs;
  }

  /** The blob that a cache entry refers to. */
  static Set<Digest> blobsOf(byte[] cacheEntry) {
    Set<Digest> blobs = new HashSet<>();
    markLayer(cacheEntry, blobs);
    return blobs;
  }

  private static void mark(ImageStore store, Descriptor descriptor, Set<Digest> needed) {
    if (!needed.add(descriptor.digest()) || !store.has(descriptor)) {
      return;
    }
    try {
      if (MediaType.isIndex(descriptor.mediaType())) {
        store.imageIndex(descriptor).manifests().forEach(child -> mark(store, child, needed));
      } else if (MediaType.isManifest(descriptor.mediaType())) {
        Manifest manifest = store.manifest(descriptor);
        needed.add(manifest.config().digest());
        manifest.layers().forEach(layer -> needed.add(layer.digest()));
      }
    } catch (BuildException e) {
      if (e.getCause() instanceof IOException && !(e.getCause() instanceof NoSuchFileException)) {
        throw e; // a disk that cannot be read now may be readable later
      }
      // It is damaged, and nothing can be had by it any more: that must not keep the rest here.
    }
  }

  private static void markKept(ImageStore store, byte[] kept, Set<Digest> needed) {
    try {
      for (JsonObject manifest : Json.readObject(kept, "kept manifests").objects("manifests")) {
        mark(store, Descriptor.read(manifest), needed);
      }
    } catch (BuildException e) {
      // Cut short when the power went: it will be fetched again.
    }
  }

  private static void markLayer(byte[] cacheEntry, Set<Digest> needed) {
    try {
      JsonObject layer = Json.readObject(cacheEntry, "cache entry").object(LAYER);
      if (layer != null) {
        needed.add(Descriptor.read(layer).digest());
      }
    } catch (BuildException e) {
      // Cut short when the power went: no build will use it either.
    }
  }
}
