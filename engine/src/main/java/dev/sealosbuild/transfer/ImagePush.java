package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.PushedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.store.ImageStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Pushes an image: its blobs side by side, then its manifest. A blob that the registry has is not
 * sent, one that it has in another repository is mounted from there.
 */
public final class ImagePush {
  /** Blobs that are sent at the same time: more only share the same wire. */
  public static final int PARALLEL = 6;

  private final ImageStore store;
  private final RegistryClient client;
  private final LayerFetcher layers;
  private final Executor threads;
  private final Progress progress;
  private final @Nullable EarlyUploads uploads;

  /**
   * @param uploads of layers while they were written; null where there were none
   */
  public ImagePush(
      ImageStore store,
      RegistryClient client,
      LayerFetcher layers,
      Executor threads,
      Progress progress,
      @Nullable EarlyUploads uploads) {
    this.store = store;
    this.client = client;
    this.layers = layers;
    this.threads = threads;
    this.progress = progress;
    this.uploads = uploads;
  }

  /**
   * Pushes an image or an index with all of its images.
   *
   * @return the descriptor that the name has in the registry now
   */
  public Descriptor push(Descriptor image, ImageReference target) {
    try (Progress.Step step = progress.step("", "push " + target)) {
      byte[] bytes = store.read(image);
      Optional<Descriptor> there = client.resolvePushed(target);
      if (there.isPresent() && there.get().digest().equals(image.digest())) {
        step.finish(true, target + " already is " + image.digest() + ", left alone");
        return image;
      }
      pushContent(image, target, step, new IndexWalk(), 0);
      PushedManifest pushed = client.pushManifest(target, image.mediaType(), bytes);
      step.finish(false, pushed.digest().toString());
      return image;
    }
  }

  /** Pushes what a manifest or an index needs of its repository. */
  private void pushContent(
      Descriptor image, ImageReference target, Progress.Step step, IndexWalk walk, int depth) {
    if (!walk.enter(image, depth)) {
      return;
    }
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        pushContent(child, target, step, walk, depth + 1);
        client.pushManifest(
            target.withDigest(child.digest()), child.mediaType(), store.read(child));
      }
      return;
    }
    Manifest manifest = store.manifest(image);
    if (uploads != null) {
      uploads.await();
    }
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    manifest.layers().forEach(layer -> blobs.put(layer.digest(), layer));
    blobs.put(manifest.config().digest(), manifest.config());
    Parallel.run(
        blobs.values().stream().<Runnable>map(blob -> () -> pushBlob(blob, target, step)).toList(),
        threads);
  }

  private void pushBlob(Descriptor blob, ImageReference target, Progress.Step step) {
    if (uploads != null && uploads.has(target, blob.digest())) {
      return;
    }
    if (client.hasBlob(target, blob.digest()) || mounted(blob, target)) {
      return;
    }
    if (!store.has(blob)) {
      layers.fetch(blob);
    }
    client.pushBlob(target, blob, BlobSource.of(store.blobPath(blob.digest())));
    step.bytes("sha256:" + blob.digest().shortHex(), blob.size(), blob.size());
  }

  private boolean mounted(Descriptor blob, ImageReference target) {
    Optional<ImageReference> origin = store.origins().of(blob.digest());
    return origin.isPresent()
        && origin.get().registry().equals(target.registry())
        && !origin.get().repository().equals(target.repository())
        && client.mountBlob(target, blob.digest(), origin.get().repository());
  }
}
