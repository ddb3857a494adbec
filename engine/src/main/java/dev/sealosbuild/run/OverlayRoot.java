package dev.sealosbuild.run;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** An overlay of unpacked layers. */
final class OverlayRoot implements WorkingRoot {
  private final RootLayers layers;
  private final OverlayAttributes overlay;
  private final Path folder;
  private final List<Path> lower;
  private final Path upper;

  /**
   * @param folder empty; removed in the end
   * @param lower unpacked layers, the topmost first; may be none
   */
  OverlayRoot(RootLayers layers, OverlayAttributes overlay, Path folder, List<Path> lower)
      throws IOException {
    this.layers = layers;
    this.overlay = overlay;
    this.folder = folder;
    this.lower = List.copyOf(lower);
    this.upper = Files.createDirectory(folder.resolve("u"));
    Files.createDirectory(folder.resolve("w"));
    Files.createDirectory(folder.resolve("m"));
    new EntryMaker().describe(upper, rootOf(lower));
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
    try {
      // A layer says nothing of the root itself.
      new EntryMaker().describe(upper, rootOf(lower));
      layers.keep(upper, diffId, blob);
    } catch (IOException e) {
      throw StoreFailure.of("keeping what a command changed in " + upper, e);
    }
  }

  @Override
  public void close() {
    try {
      Mounts.requireNone(folder);
      layers.removeMeanwhile(folder);
    } catch (IOException e) {
      throw StoreFailure.of("removing " + folder, e);
    }
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
