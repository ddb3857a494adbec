package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.SignatureRefusedException;
import dev.sealosbuild.store.ImageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways between a store and registries for the time of one command: connections and what is
 * known of registries are shared by all that is pulled and pushed. Nothing is opened before it is
 * needed.
 */
public final class ImageTransfer implements AutoCloseable {
  private final ImageStore store;
  private final Progress progress;
  private final Registries registries;
  private final LayerFetcher layers;
  private final Acceptance acceptance;
  private final ImagePull pull;
  private @Nullable Threads workers;
  private final Threads threads = new Threads("transfer", ImagePush.PARALLEL);

  /**
   * @param store that images come to and go from; stays open
   * @param options how registries are talked to
   */
  public ImageTransfer(
      ImageStore store, RegistryOptions options, PullPolicy policy, Progress progress) {
    this.store = store;
    this.progress = progress;
    this.registries = new Registries(options, progress);
    this.layers = new LayerFetcher(store, registries, progress);
    this.acceptance = new Acceptance(options, registries, progress);
    this.pull = new ImagePull(store, registries, acceptance, policy, progress);
  }

  /** The store that images come to and go from. */
  public ImageStore store() {
    return store;
  }

  /** Who is told of what is done. */
  public Progress progress() {
    return progress;
  }

  /** Threads that compress; tasks never wait for one another. */
  public synchronized Threads workers() {
    if (workers == null) {
      workers = new Threads("compress", Math.max(2, Runtime.getRuntime().availableProcessors()));
    }
    return workers;
  }

  public Registries registries() {
    return registries;
  }

  public LayerFetcher layers() {
    return layers;
  }

  public ImagePull pull() {
    return pull;
  }

  /** What must be asked before an image comes into the store. */
  Acceptance acceptance() {
    return acceptance;
  }

  /** Threads that wait for registries; no more of them than share a wire well. */
  public Threads threads() {
    return threads;
  }

  /**
   * Sees to it that the manifests and configurations of an image or an index are in the store, by
   * names of which some may be local, or of registries that have not all of it.
   *
   * @param names that the image has, the likeliest first
   * @throws SignatureRefusedException when a name's image is not accepted: no other name is asked
   * @throws BuildException the first failure, where something is missing still when all were asked
   */
  public void complete(List<ImageReference> names, Descriptor image) {
    BuildException first = null;
    for (ImageReference name : names) {
      try {
        pull.complete(name, image);
        return;
      } catch (SignatureRefusedException e) {
        throw e;
      } catch (BuildException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Loads images side by side, and begins with the layers of each as soon as it is loaded.
   *
   * @param loads each answers an image or an index of the store
   * @return these, in the same order, with all of their layers
   * @throws BuildException the first failure; layers that nobody has begun with are left out then
   */
  public List<Descriptor> loadWhole(List<Supplier<Descriptor>> loads) {
    Descriptor[] images = new Descriptor[loads.size()];
    Set<Digest> asked = ConcurrentHashMap.newKeySet();
    Parallel all = new Parallel(threads);
    for (int i = 0; i < images.length; i++) {
      int number = i;
      all.begin(
          () -> {
            images[number] = loads.get(number).get();
            List<Descriptor> blobs = new ArrayList<>();
            addLayers(images[number], blobs, new IndexWalk(), 0);
            for (Descriptor blob : blobs) {
              if (asked.add(blob.digest())) {
                all.begin(() -> fetchUnless(all, blob));
              }
            }
          });
    }
    all.await();
    return List.of(images);
  }

  private void fetchUnless(Parallel failed, Descriptor layer) {
    if (!failed.hasFailed()) {
      layers.fetch(layer);
    }
  }

  /**
   * Fetches the layers of an image, or of all images of an index that are in the store, side by
   * side.
   */
  public void fetchAll(Descriptor... images) {
    List<Descriptor> blobs = new ArrayList<>();
    IndexWalk walk = new IndexWalk();
    for (Descriptor image : images) {
      addLayers(image, blobs, walk, 0);
    }
    layers.fetchAll(blobs, threads);
  }

  private void addLayers(Descriptor image, List<Descriptor> blobs, IndexWalk walk, int depth) {
    if (!walk.enter(image, depth)) {
      return;
    }
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        if (store.has(child)) {
          addLayers(child, blobs, walk, depth + 1);
        }
      }
    } else if (MediaType.isManifest(image.mediaType())) {
      blobs.addAll(store.manifest(image).layers());
    }
  }

  /**
   * Warns where an image is for another platform than the one that it is to run on.
   *
   * @param name for the message
   * @param image of the store; one that an index has for a platform is for that platform
   */
  public void warnOfOtherPlatform(Object name, Descriptor image, Platform wanted) {
    Platform found = image.platform();
    if (found == null) {
      if (MediaType.isIndex(image.mediaType())) {
        return; // it is for several
      }
      Manifest manifest = store.manifest(image);
      if (!MediaType.isImageConfig(manifest.config().mediaType())) {
        return; // an artifact, such as a chart, is for every platform
      }
      found = store.config(manifest).platform();
    }
    if (!wanted.runs(found)) {
      progress.warn(
          "image platform (%s) of %s does not match the expected platform (%s)"
              .formatted(found, name, wanted));
    }
  }

  /**
   * Pushes an image or an index with all of its images.
   *
   * @param uploads of layers while they were written; null where there were none
   * @return the descriptor that the name has in the registry now
   */
  public Descriptor push(Descriptor image, ImageReference target, @Nullable EarlyUploads uploads) {
    return new ImagePush(store, registries.client(), layers, threads, progress, uploads)
        .push(image, target);
  }

  /** Ends what is under way. */
  @Override
  public synchronized void close() {
    threads.close();
    if (workers != null) {
      workers.close();
    }
    registries.close();
  }
}
