package dev.sealosbuild.run;

import java.nio.file.Path;
import java.util.List;

/** What a command sees as its root directory. */
public sealed interface RootFileSystem {

  /**
   * Unpacked layers under an empty directory that takes what the command changes. It is mounted by
   * whoever starts the command, in the command's own mount namespace, so that it ends with it.
   *
   * @param lower unpacked layers, the topmost first; at least one
   * @param upper takes all changes
   * @param work the empty directory that overlayfs wants on the same file system as {@code upper}
   * @param mountPoint an empty directory
   */
  record Overlay(List<Path> lower, Path upper, Path work, Path mountPoint)
      implements RootFileSystem {
    public Overlay {
      lower = List.copyOf(lower);
    }
  }

  /** One directory that holds everything and is changed in place. */
  record Directory(Path root) implements RootFileSystem {}
}
