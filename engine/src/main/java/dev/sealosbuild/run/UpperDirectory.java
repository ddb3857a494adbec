package dev.sealosbuild.run;

import dev.sealosbuild.posix.DirectoryEntries;
import dev.sealosbuild.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What an overlay took of changes, read as a layer. */
final class UpperDirectory implements CommandChanges.Search {
  private final Path upper;
  private final OverlayAttributes overlay;
  private final TreeOnDisk lower;
  private final DirectoryEntries files = new DirectoryEntries();

  /**
   * @param lower what the image has
   */
  UpperDirectory(Path upper, OverlayAttributes overlay, TreeOnDisk lower) {
    this.upper = upper;
    this.overlay = overlay;
    this.lower = lower;
  }

  @Override
  public void addTo(CommandChanges changes) throws IOException {
    addBelow(upper, "", changes);
  }

  private void addBelow(Path directory, String path, CommandChanges changes) throws IOException {
    files.enter(directory);
    for (String name : DiskEntry.names(directory)) {
      String child = DiskEntry.child(path, name);
      FileStatus status = files.status(name);
      if (DiskEntry.isWhiteout(status)) {
        // Of a mount point, which was never in the image, nothing need be removed.
        if (lower.locate(child) != null) {
          changes.addWhiteout(child, status.mtimeSeconds());
        }
        continue;
      }
      if (!DiskEntry.canBeKept(status)) {
        // The directory becomes the next command's lower one, which has what its layer has.
        Files.delete(directory.resolve(name));
        continue;
      }
      boolean hasXattrs = files.hasXattrs(name);
      changes.add(directory, name, child, status, hasXattrs);
      if (status.isDirectory()) {
        Path below = directory.resolve(name);
        // The kernel marks every new directory, as a shortcut for itself.
        if (hasXattrs && overlay.isOpaque(below) && lower.locate(child) != null) {
          changes.addOpaque(child, status.mtimeSeconds());
        }
        addBelow(below, child, changes);
        files.enter(directory);
      }
    }
  }
}
