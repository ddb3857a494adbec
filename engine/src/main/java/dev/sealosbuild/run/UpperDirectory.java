package dev.sealosbuild.run;

import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.file.Path;

/** What an overlay took of changes, read as a layer. */
final class UpperDirectory {
  private final Path upper;
  private final OverlayAttributes overlay;
  private final TreeOnDisk lower;
  private final CommandChanges changes;

  /**
   * @param lower what the image has
   */
  UpperDirectory(Path upper, OverlayAttributes overlay, TreeOnDisk lower, CommandChanges changes) {
    this.upper = upper;
    this.overlay = overlay;
    this.lower = lower;
    this.changes = changes;
  }

  /** Adds everything to the changes. */
  void read() throws IOException {
    readBelow(upper, "");
  }

  private void readBelow(Path directory, String path) throws IOException {
    for (String name : DiskEntry.names(directory)) {
      Path file = directory.resolve(name);
      read(file, DiskEntry.child(path, name), LinuxFiles.status(file));
    }
  }

  private void read(Path file, String path, FileStatus status) throws IOException {
    if (DiskEntry.isWhiteout(status)) {
      // Of a mount point, which was never in the image, nothing need be removed.
      if (lower.locate(path) != null) {
        changes.addWhiteout(path, status.mtimeSeconds());
      }
      return;
    }
    changes.add(file, path, status);
    if (!status.isDirectory()) {
      return;
    }
    // The kernel marks every new directory, as a shortcut for itself.
    if (overlay.isOpaque(file) && lower.locate(path) != null) {
      changes.addOpaque(path, status.mtimeSeconds());
    }
    readBelow(file, path);
  }
}
