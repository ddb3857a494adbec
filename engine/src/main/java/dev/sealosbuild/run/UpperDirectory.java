package dev.sealosbuild.run;

import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.store.UnpackedLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What an overlay took of changes, read as a layer. */
final class UpperDirectory {
  private final Path upper;
  private final OverlayAttributes overlay;
  private final TreeOnDisk lower;
  private final Set<String> made;
  private final CommandChanges changes;

  /**
   * @param lower what the image has, without mount points that were made for the command
   * @param made paths of such mount points and of directories on the way to them
   */
  UpperDirectory(
      Path upper,
      OverlayAttributes overlay,
      TreeOnDisk lower,
      Set<String> made,
      CommandChanges changes) {
    this.upper = upper;
    this.overlay = overlay;
    this.lower = lower;
    this.made = made;
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
      // Of what was never in the image nothing need be removed.
      if (!made.contains(path)) {
        changes.addWhiteout(path, status.mtimeSeconds());
      }
      return;
    }
    if (status.isFile() && status.size() == 0 && made.contains(path)) {
      Files.delete(file);
      return;
    }
    int before = changes.size();
    changes.add(file, path, status);
    if (!status.isDirectory()) {
      return;
    }
    // The kernel marks every new directory, as a shortcut for itself.
    if (overlay.isOpaque(file) && lower.locate(path) != null) {
      changes.addOpaque(path, status.mtimeSeconds());
    }
    readBelow(file, path);
    if (changes.size() == before + 1 && made.contains(path)) {
      // Touched, but with nothing of the command's in it: the engine's own.
      changes.truncate(before);
      UnpackedLayers.deleteTree(file);
    }
  }
}
