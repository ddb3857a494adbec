package dev.sealosbuild.run;

import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What directories come to that stand one over another as overlayfs has them: whiteouts are
 * character devices 0:0, and an attribute hides what is below a directory. It is looked up when it
 * is asked for, so that it is always what is on the disk, and no symbolic link is ever followed.
 */
final class TreeOnDisk implements FileTree {
  private final List<Path> directories;
  private final @Nullable OverlayAttributes overlay;

  /**
   * A file and where it is.
   *
   * @param layer number of the directory that it is in, the topmost being 0
   */
  record Found(Path file, FileStatus status, int layer) {}

  /**
   * @param directories the topmost first
   * @param overlay how opaque directories are told; null where there are none
   */
  TreeOnDisk(List<Path> directories, @Nullable OverlayAttributes overlay) {
    this.directories = List.copyOf(directories);
    this.overlay = overlay;
  }

  @Override
  public @Nullable LayerEntry find(String path) {
    try {
      Found found = locate(path);
      return found == null ? null : DiskEntry.plain(found.file, path, found.status);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a path leads when symbolic links are followed within the tree. */
  String resolve(String path) throws IOException {
    try {
      return TreePaths.resolve(this, path);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** What is at a path, in the topmost directory that has it; null where nothing is. */
  @Nullable Found locate(String path) throws IOException {
    String[] names = path.isEmpty() ? new String[0] : path.split("/", -1);
    for (int layer = 0; layer < directories.size(); layer++) {
      Path file = directories.get(layer);
      FileStatus status = LinuxFiles.status(file);
      boolean hides = false;
      int depth = 0;
      while (depth < names.length && status != null && status.isDirectory()) {
        file = file.resolve(names[depth++]);
        status = LinuxFiles.statusOrNull(file);
        hides |= status != null && (!status.isDirectory() || isOpaque(file));
      }
      if (status != null && depth == names.length) {
        return DiskEntry.isWhiteout(status) ? null : new Found(file, status, layer);
      }
      if (hides) {
        return null;
      }
    }
    return null;
  }

  @Override
  public List<LayerEntry> list(String directory) {
    Set<String> names = new TreeSet<>();
    List<LayerEntry> children = new ArrayList<>();
    try {
      for (Path root : directories) {
        Path there = root.resolve(directory);
        FileStatus status = LinuxFiles.statusOrNull(there);
        if (status != null && status.isDirectory()) {
          names.addAll(DiskEntry.names(there));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // What one directory has another may hide.
    for (String name : names) {
      LayerEntry child = find(TreePaths.child(directory, name));
      if (child != null) {
        children.add(child);
      }
    }
    return children;
  }

  @Override
  public Content content(LayerEntry file) {
    return () -> {
      Found found = locate(file.path());
      if (found == null) {
        throw new java.nio.file.NoSuchFileException(file.path());
      }
      return FileChannel.open(found.file);
    };
  }

  private boolean isOpaque(Path directory) throws IOException {
    return overlay != null && overlay.isOpaque(directory);
  }
}
