package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.store.ImageStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Brings manifests and indexes of registries into the store, if the policy accepts them. */
final class ManifestFetch {
  private final ImageStore store;
  private final Registries registries;
  private final Acceptance acceptance;

  /**
   * What a registry named in this command, and the images of indexes among that. The policy is
   * asked about those even where the store has them, since a name may have been moved to them.
   */
  private final Set<Digest> named = ConcurrentHashMap.newKeySet();

  ManifestFetch(ImageStore store, Registries registries, Acceptance acceptance) {
    this.store = store;
    this.registries = registries;
    this.acceptance = acceptance;
  }

  /** Whether it depends on an image of this repository whether it is accepted. */
  boolean demands(ImageReference name) {
    return acceptance.demands(name);
  }

  /** Whether a registry named it in this command, itself or by an index. */
  boolean isNamed(Descriptor image) {
    return named.contains(image.digest());
  }

  /**
   * Fetches one manifest or index. An image is accepted before it is in the store; an index where
   * all of it is taken.
   *
   * @param name that was asked for, which signatures have to claim
   * @param wanted the same, or an image of its index
   */
  Descriptor fetch(ImageReference name, ImageReference wanted) {
    FetchedManifest manifest = registries.client().manifest(wanted);
    Descriptor fetched =
        new Descriptor(manifest.mediaType(), manifest.digest(), manifest.bytes().length);
    if (!MediaType.isIndex(manifest.mediaType())) {
      acceptance.require(name, manifest.digest(), manifest.bytes());
    }
    store.put(manifest.bytes(), manifest.digest());
    named(name, fetched);
    return fetched;
  }

  /** Asks about what is in the store already. */
  void requireAccepted(ImageReference name, Descriptor image) {
    if (acceptance.demands(name)) {
      acceptance.require(name, image.digest(), store.read(image));
    }
  }

  /** Takes down that a registry named it; an image is asked about at once. */
  void named(ImageReference name, Descriptor image) {
    if (!acceptance.demands(name)) {
      return;
    }
    named.add(image.digest());
    if (MediaType.isIndex(image.mediaType())) {
      store.imageIndex(image).manifests().forEach(child -> named.add(child.digest()));
    } else {
      requireAccepted(name, image);
    }
  }
}
