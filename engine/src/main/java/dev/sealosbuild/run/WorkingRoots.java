package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the root file systems of a build's commands out of layers. May be used by several stages at
 * the same time.
 */
public final class WorkingRoots implements AutoCloseable {
  private final ImageStore store;
  private final @Nullable OverlayAttributes overlay;
  private final @Nullable RootLayers layers;
  private final List<PlainRoot.Unpacked> idle = new ArrayList<>();
  private final Set<String> leftOut = Collections.synchronizedSet(new TreeSet<>());

  private WorkingRoots(
      ImageStore store, @Nullable OverlayAttributes overlay, @Nullable RootLayers layers) {
    this.store = store;
    this.overlay = overlay;
    this.layers = layers;
  }

  /**
   * For where overlays may be mounted: every layer is unpacked once, and kept in the store.
   *
   * @param workers that unpack
   */
  public static WorkingRoots overlays(ImageStore store, Executor workers) {
    try {
      OverlayAttributes overlay = OverlayAttributes.find(store.root());
      return new WorkingRoots(store, overlay, new RootLayers(store, overlay, workers));
    } catch (IOException e) {
      throw StoreFailure.of("looking at " + store.root(), e);
    }
  }

  /** For where overlays may not be mounted: the layers are unpacked into one directory. */
  public static WorkingRoots directories(ImageStore store) {
    return new WorkingRoots(store, null, null);
  }

  /**
   * A root file system of these layers.
   *
   * @param wanted base first; may be none
   * @throws BuildException when a layer is damaged or hostile, or the disk fails
   */
  public WorkingRoot open(List<ImageLayer> wanted) {
    try {
      if (layers != null && overlay != null) {
        List<Path> lower = layers.unpack(wanted);
        leftOut.addAll(layers.leftOut());
        return new OverlayRoot(layers, overlay, store.unpacked().newFolder(), lower);
      }
      return openDirectory(wanted);
    } catch (IOException e) {
      throw StoreFailure.of("unpacking layers in " + store.root(), e);
    }
  }

  /**
   * The directory that a layer is unpacked in, not to be changed.
   *
   * @return null where layers are not unpacked one by one, or this one needs those below it
   * @throws BuildException when the layer is damaged or hostile, or the disk fails
   */
  public @Nullable Path directoryOf(ImageLayer layer) {
    try {
      if (layers == null || !LayerUnpacking.isWhole(layer.index().get())) {
        return null;
      }
      Path directory = layers.unpack(List.of(layer)).get(0);
      leftOut.addAll(layers.leftOut());
      return directory;
    } catch (IOException e) {
      throw StoreFailure.of("unpacking a layer in " + store.root(), e);
    }
  }

  /**
   * What of the layers could not be made because this process may not, such as {@code device
   * nodes}; worth a line to the user.
   */
  public List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Removes directories that wait for another command. */
  @Override
  public synchronized void close() {
    try {
      if (layers != null) {
        layers.awaitRemovals();
      }
      for (PlainRoot.Unpacked unpacked : idle) {
        remove(unpacked.folder());
      }
      idle.clear();
    } catch (IOException e) {
      throw StoreFailure.of("removing working directories of " + store.root(), e);
    }
  }

  void remove(Path folder) throws IOException {
    Mounts.requireNone(folder);
    FileRemoval.remove(folder);
  }

  synchronized void takeBack(PlainRoot.Unpacked unpacked) {
    idle.add(unpacked);
  }

  private PlainRoot openDirectory(List<ImageLayer> wanted) throws IOException {
    PlainRoot.Unpacked start = takeIdle(wanted);
    if (start == null) {
      start = PlainRoot.Unpacked.empty(store.unpacked().newFolder());
    }
    try {
      return new PlainRoot(this, start.with(wanted, leftOut));
    } catch (IOException | RuntimeException e) {
      remove(start.folder());
      throw e;
    }
  }

  /** The one that has most of these layers already. */
  private synchronized PlainRoot.@Nullable Unpacked takeIdle(List<ImageLayer> wanted) {
    PlainRoot.Unpacked best = null;
    for (PlainRoot.Unpacked unpacked : idle) {
      int has = unpacked.layersOf(wanted);
      if (has >= 0 && (best == null || has > best.diffIds().size())) {
        best = unpacked;
      }
    }
    idle.remove(best);
    return best;
  }
}
