package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
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
  private final ImagePull pull;
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
    this.pull = new ImagePull(store, registries, policy, progress);
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

  /** Threads that wait for registries; no more of them than share a wire well. */
  public Threads threads() {
    return threads;
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
  public void close() {
    threads.close();
    registries.close();
  }
}
