package dev.sealosbuild.run;

import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything below a directory at one moment, to tell later what has changed since. Contents are
 * not read: whatever changes a file changes its ctime, which no program can set.
 */
final class DirectorySnapshot implements CommandChanges.Search {
  private final Path root;

  /** By the path of a directory, and by name in it. */
  private final Map<String, Map<String, Seen>> seen = new HashMap<>();

  /** Directories that lead to what is looked at, some of them not among the changes yet. */
  private final List<OnTheWay> way = new ArrayList<>();

  /**
   * @param xattrs of a directory, whose ctime changes with what is in it
   */
  private record Seen(FileStatus status, Map<String, byte[]> xattrs) {}

  private static final class OnTheWay {
    private final Path file;
    private final String path;
    private final FileStatus status;
    private boolean isAdded;

    OnTheWay(Path file, String path, FileStatus status) {
      this.file = file;
      this.path = path;
      this.status = status;
    }
  }

  private DirectorySnapshot(Path root) {
    this.root = root;
  }

  /** Looks at everything. */
  static DirectorySnapshot of(Path root) throws IOException {
    DirectorySnapshot snapshot = new DirectorySnapshot(root);
    snapshot.look(root, "");
    return snapshot;
  }

  /** Adds to the changes all that is not as it was. */
  @Override
  public void addTo(CommandChanges changes) throws IOException {
    compare(root, "", changes);
  }

  private void look(Path directory, String path) throws IOException {
    Map<String, Seen> files = new HashMap<>();
    for (String name : DiskEntry.names(directory)) {
      Path file = directory.resolve(name);
      FileStatus status = LinuxFiles.status(file);
      files.put(name, new Seen(status, status.isDirectory() ? DiskEntry.xattrs(file) : Map.of()));
      if (status.isDirectory()) {
        look(file, DiskEntry.child(path, name));
      }
    }
    seen.put(path, files);
  }

  private void compare(Path directory, String path, CommandChanges changes) throws IOException {
    Map<String, Seen> then = seen.getOrDefault(path, Map.of());
    Set<String> names = new TreeSet<>(then.keySet());
    names.addAll(DiskEntry.names(directory));
    for (String name : names) {
      String child = DiskEntry.child(path, name);
      Path file = directory.resolve(name);
      FileStatus status = LinuxFiles.statusOrNull(file);
      if (status == null) {
        addWay(changes);
        changes.addWhiteout(child, LinuxFiles.status(directory).mtimeSeconds());
        continue;
      }
      boolean isSame = isSame(then.get(name), status, file);
      if (status.isDirectory()) {
        way.add(new OnTheWay(file, child, status));
        if (!isSame) {
          addWay(changes);
        }
        compare(file, child, changes);
        way.remove(way.size() - 1);
      } else if (!isSame && DiskEntry.canBeKept(status)) {
        addWay(changes);
        changes.add(file, child, status);
      }
    }
  }

  private void addWay(CommandChanges changes) throws IOException {
    for (OnTheWay directory : way) {
      if (!directory.isAdded) {
        directory.isAdded = true;
        changes.add(directory.file, directory.path, directory.status);
      }
    }
  }

  private static boolean isSame(@Nullable Seen seen, FileStatus now, Path file) throws IOException {
    if (seen == null) {
      return false;
    }
    FileStatus then = seen.status;
    boolean isSame =
        then.mode() == now.mode()
            && then.uid() == now.uid()
            && then.gid() == now.gid()
            && then.mtimeSeconds() == now.mtimeSeconds()
            && then.mtimeNanos() == now.mtimeNanos();
    if (!isSame || now.isDirectory()) {
      return isSame && isSame(seen.xattrs, DiskEntry.xattrs(file));
    }
    return then.ctime() == now.ctime() && then.inode() == now.inode() && then.size() == now.size();
  }

  private static boolean isSame(Map<String, byte[]> a, Map<String, byte[]> b) {
    if (!a.keySet().equals(b.keySet())) {
      return false;
    }
    for (Map.Entry<String, byte[]> xattr : a.entrySet()) {
      if (!Arrays.equals(xattr.getValue(), b.get(xattr.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
