package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.store.UnpackedLayers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mount points in a directory that is changed in place. What the image has at such a place is put
 * aside and comes back afterwards, whatever was done to what stood there meanwhile: where nothing
 * may be mounted, that may be written to instead.
 */
final class ProvidedPlaces {
  private final Path root;
  private final Path aside;
  private final TreeOnDisk tree;
  private final Deque<Provided> provided = new ArrayDeque<>();
  private int last;

  /**
   * A file or directory that is there for the command only.
   *
   * @param isPlace whether it is a mount point itself, not a directory on the way to one
   * @param original where the image's own is meanwhile; null where it has none
   * @param parent as it was, which has got its time again
   */
  private record Provided(
      String path, boolean isPlace, @Nullable Path original, FileStatus parent) {}

  /**
   * @param aside an empty folder on the same file system
   */
  ProvidedPlaces(Path root, Path aside) {
    this.root = root;
    this.aside = aside;
    this.tree = new TreeOnDisk(List.of(root), null);
  }

  void add(MountPoint place) throws IOException {
    String path = tree.resolve(place.path());
    if (path.isEmpty()) {
      throw new BuildException("nothing can be mounted on /", "give another target");
    }
    TreeOnDisk.Found found = tree.locate(path);
    if (place.isAt(found, path)) {
      replace(path, found);
      return;
    }
    List<String> missing = new ArrayList<>();
    String at = TreePaths.parent(path);
    while (tree.locate(at) == null) {
      missing.add(0, at);
      at = TreePaths.parent(at);
    }
    MountPoint.directory(at).isAt(tree.locate(at), at);
    for (String directory : missing) {
      make(MountPoint.directory(directory).entry(directory), false, null);
    }
    make(place.entry(path), true, null);
  }

  /** Undoes everything; the paths that have their own again. */
  Set<String> takeBack() throws IOException {
    Mounts.requireNone(root);
    Set<String> restored = new HashSet<>();
    while (!provided.isEmpty()) {
      Provided last = provided.removeLast();
      if (takeBack(last) && last.original != null) {
        restored.add(last.path);
      }
    }
    return restored;
  }

  /** What stands at a path goes aside, and the same without what is in a directory stands there. */
  private void replace(String path, TreeOnDisk.@Nullable Found found) throws IOException {
    if (found == null) {
      return;
    }
    for (Provided earlier : provided) {
      if (earlier.path.equals(path)) {
        return;
      }
    }
    make(DiskEntry.whole(found.file(), path, found.status()), true, found.file());
  }

  private void make(LayerEntry entry, boolean isPlace, @Nullable Path own) throws IOException {
    Path file = root.resolve(entry.path());
    Path parent = root.resolve(TreePaths.parent(entry.path()));
    FileStatus before = LinuxFiles.status(parent);
    Path original = null;
    if (own != null) {
      original = aside.resolve(Integer.toString(++last));
      Files.move(own, original, StandardCopyOption.ATOMIC_MOVE);
    }
    EntryMaker maker = new EntryMaker();
    if (entry.isDirectory()) {
      LinuxFiles.makeDirectory(file, 0700);
      maker.describe(file, entry);
    } else {
      try (InputStream content =
          original == null || !entry.isFile()
              ? InputStream.nullInputStream()
              : Files.newInputStream(original)) {
        maker.make(file, entry, content);
      }
    }
    LinuxFiles.setTime(parent, before.mtimeSeconds(), before.mtimeNanos());
    provided.add(new Provided(entry.path(), isPlace, original, before));
  }

  private boolean takeBack(Provided place) throws IOException {
    // The command may have put a link where a directory was: none is followed here.
    TreeOnDisk.Found parent = tree.locate(TreePaths.parent(place.path));
    if (parent == null || parent.status().inode() != place.parent.inode()) {
      // What is there now is the command's.
      return false;
    }
    Path file = root.resolve(place.path);
    FileStatus there = LinuxFiles.statusOrNull(file);
    if (!place.isPlace
        && there != null
        && !(there.isDirectory() && DiskEntry.names(file).isEmpty())) {
      return false;
    }
    UnpackedLayers.deleteTree(file);
    if (place.original != null) {
      Files.move(place.original, file, StandardCopyOption.ATOMIC_MOVE);
    }
    LinuxFiles.setTime(parent.file(), parent.status().mtimeSeconds(), parent.status().mtimeNanos());
    return true;
  }
}
