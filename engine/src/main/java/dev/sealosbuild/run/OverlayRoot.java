package dev.sealosbuild.run;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An overlay of unpacked layers. One that follows another has the other's upper directory as its
 * topmost layer, which therefore gets its place among the unpacked layers with the end of the last
 * one that follows.
 */
final class OverlayRoot implements WorkingRoot {
  private final RootLayers layers;
  private final OverlayAttributes overlay;
  private final Path folder;
  private final List<Path> lower;
  private final LayerEntry rootItself;
  private final Path upper;
  private final @Nullable OverlayRoot previous;
  private boolean followed;
  private @Nullable Kept kept;

  /** The layer that the upper directory became. */
  private record Kept(Digest diffId, Digest blob) {}

  /**
   * @param folder empty; removed in the end
   * @param lower unpacked layers, the topmost first; may be none
   */
  OverlayRoot(RootLayers layers, OverlayAttributes overlay, Path folder, List<Path> lower)
      throws IOException {
    this(layers, overlay, folder, lower, null);
  }

  private OverlayRoot(
      RootLayers layers,
      OverlayAttributes overlay,
      Path folder,
      List<Path> lower,
      @Nullable OverlayRoot previous)
      throws IOException {
    this.previous = previous;
    this.layers = layers;
    this.overlay = overlay;
    this.folder = folder;
    this.lower = List.copyOf(lower);
    this.rootItself = rootOf(lower);
    this.upper = Files.createDirectory(folder.resolve("u"));
    Files.createDirectory(folder.resolve("w"));
    Files.createDirectory(folder.resolve("m"));
    becomeLayer();
  }

  @Override
  public RootFileSystem.Overlay fileSystem() {
    return new RootFileSystem.Overlay(lower, upper, folder.resolve("w"), folder.resolve("m"));
  }

  @Override
  public CommandChanges changes(UnaryOperator<LayerEntry> stamp) {
    TreeOnDisk below = new TreeOnDisk(lower, overlay);
    return new CommandChanges(stamp, upper, new UpperDirectory(upper, overlay, below));
  }

  @Override
  public void keep(Digest diffId, Digest blob) {
    kept = new Kept(diffId, blob);
  }

  @Override
  public OverlayRoot following() {
    List<Path> below = new ArrayList<>(lower);
    below.add(0, upper);
    try {
      becomeLayer();
      OverlayRoot next = new OverlayRoot(layers, overlay, layers.newFolder(), below, this);
      followed = true;
      return next;
    } catch (IOException e) {
      throw StoreFailure.of("making a place for a command over " + upper, e);
    }
  }

  @Override
  public void close() {
    if (!followed) {
      release();
    }
  }

  private void release() {
    if (previous != null) {
      previous.release();
    }
    try {
      Mounts.requireNone(folder);
      if (kept != null) {
        becomeLayer();
        layers.keep(upper, kept.diffId(), kept.blob());
      }
      layers.removeMeanwhile(folder);
    } catch (IOException e) {
      throw StoreFailure.of("keeping what a command changed in " + upper, e);
    }
  }

  /** A layer says nothing of the root itself. */
  private void becomeLayer() throws IOException {
    new EntryMaker().describe(upper, rootItself);
  }

  /** The root directory of the topmost layer that has one that is not like any other. */
  private static LayerEntry rootOf(List<Path> lower) throws IOException {
    LayerEntry usual = LayerEntry.directory("", 0755, 0);
    for (Path directory : lower) {
      FileStatus status = LinuxFiles.status(directory);
      if (status.permissions() != usual.mode() || status.uid() != 0 || status.gid() != 0) {
        return DiskEntry.whole(directory, "", status);
      }
    }
    return usual;
  }
}
