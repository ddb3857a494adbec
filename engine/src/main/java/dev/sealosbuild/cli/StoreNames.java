package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoredImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that images of the store have. */
final class StoreNames {
  private StoreNames() {}

  /** The names of the image with this digest of its manifest or index. */
  static List<ImageReference> of(Digest image, ImageStore store) {
    List<ImageReference> names = new ArrayList<>();
    for (StoredImage stored : store.images()) {
      if (stored.descriptor().digest().equals(image)) {
        stored.name().ifPresent(names::add);
      }
    }
    return names;
  }

  /** The name of the image that someone typed; null where that was an ID. */
  static @Nullable ImageReference typed(String typed, Descriptor image, ImageStore store) {
    for (ImageReference name : of(image.digest(), store)) {
      if (isName(typed, name)) {
        return name;
      }
    }
    return null;
  }

  /** The names of an image, that which someone typed before the others. */
  static List<ImageReference> typedFirst(String typed, Descriptor image, ImageStore store) {
    List<ImageReference> names = of(image.digest(), store);
    names.sort(Comparator.comparing(name -> !isName(typed, name)));
    return names;
  }

  /** Whether what someone typed is that name, and not the beginning of an ID. */
  static boolean isName(String typed, ImageReference name) {
    try {
      ImageReference meant = ImageReference.parse(typed);
      return meant.name().equals(name.name())
          && (meant.tag() == null || meant.tag().equals(name.tag()));
    } catch (BuildException e) {
      return false; // such as sha256:… in full
    }
  }

  /**
   * Bytes of an image's manifest, configuration and layers; of an index, those of its images, a
   * blob that several have once. An image of an index that is not here counts with its manifest.
   */
  static long totalSize(Descriptor image, ImageStore store) {
    Map<Digest, Long> blobs = new HashMap<>();
    addBlobs(image, store, blobs);
    long total = 0;
    for (long size : blobs.values()) {
      total += size;
    }
    return total;
  }

  private static void addBlobs(Descriptor image, ImageStore store, Map<Digest, Long> blobs) {
    if (blobs.put(image.digest(), image.size()) != null || !store.has(image)) {
      return;
    }
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        addBlobs(child, store, blobs);
      }
    } else if (MediaType.isManifest(image.mediaType())) {
      Manifest manifest = store.manifest(image);
      blobs.put(manifest.config().digest(), manifest.config().size());
      for (Descriptor layer : manifest.layers()) {
        blobs.put(layer.digest(), layer.size());
      }
    }
  }
}
