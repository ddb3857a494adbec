package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this machine as a build context. Nothing in it is ever changed, and no path or
 * link leads out of it.
 */
public final class DirectoryTree implements FileTree {
  private static final Set<OpenOption> READ_NO_LINK =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path root;
  private final PathFilter filter;
  private final Executor workers;
  private final boolean asIs;

  private DirectoryTree(Path root, PathFilter filter, Executor workers, boolean asIs) {
    this.root = root;
    this.filter = filter;
    this.workers = workers;
    this.asIs = asIs;
  }

  /**
   * Opens a directory.
   *
   * @param workers that look at many files at once
   * @throws BuildException when the path is not a directory that can be read
   */
  public static DirectoryTree open(Path directory, PathFilter filter, Executor workers) {
    if (!Files.exists(directory)) {
      throw new BuildException(
          "the build context " + directory + " does not exist", "give an existing directory");
    }
    if (!Files.isDirectory(directory)) {
      throw new BuildException(
          "the build context " + directory + " is not a directory",
          "give the directory that the instruction file's COPY reads from");
    }
    try {
      return new DirectoryTree(directory.toRealPath(), filter, workers, false);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /** The directory itself, without links. */
  public Path root() {
    return root;
  }

  /** The same directory with other rules for what is ignored. */
  public DirectoryTree withFilter(PathFilter newFilter) {
    return new DirectoryTree(root, newFilter, workers, asIs);
  }

  /** The same directory, each file with its own owner, and its setuid and setgid bits. */
  public DirectoryTree withOwners() {
    return new DirectoryTree(root, filter, workers, true);
  }

  /** What is ignored. */
  public PathFilter filter() {
    return filter;
  }

  /** Whether the path is there but ignored. */
  public boolean isIgnored(String path) {
    return !path.isEmpty() && filter.ignores(path);
  }

  /** Whether the path, and all that may be below it, is there but ignored. */
  public boolean isLeftOut(String path, boolean directory) {
    return isIgnored(path) && (!directory || filter.ignoresAllBelow(path));
  }

  @Override
  public @Nullable LayerEntry find(String path) {
    FileStat stat = stat(path);
    return stat == null ? null : stat.entry();
  }

  @Override
  public List<LayerEntry> list(String directory) {
    List<LayerEntry> entries = new ArrayList<>();
    FileStat top = stat(directory);
    if (top == null || !top.entry().isDirectory()) {
      return entries;
    }
    for (FileStat stat : TreeScanner.list(root.resolve(directory), directory, asIs)) {
      if (!stat.socket() && !isIgnored(stat.entry().path())) {
        entries.add(stat.entry());
      }
    }
    return entries;
  }

  @Override
  public Content content(LayerEntry file) {
    return () -> FileChannel.open(root.resolve(file.path()), READ_NO_LINK);
  }

  /**
   * Looks at everything below a path that is not ignored, and says which contents are known from
   * the last time.
   *
   * @param path of a directory, or of any other file, which is then all that is looked at
   * @param memory where what is seen is remembered
   */
  public TreeScan scan(String path, StatMemory memory) {
    long start = System.currentTimeMillis();
    FileStat top = stat(path);
    if (top == null) {
      throw new BuildException(
          "/" + path + " went away while the build looked at it", "build again");
    }
    List<FileStat> files =
        top.entry().isDirectory()
            ? new TreeScanner(root, filter, workers, asIs).scan(path)
            : List.of(top);
    return TreeScan.of(this, path, files, start, memory);
  }

  /** Threads that look at many files. */
  Executor workers() {
    return workers;
  }

  /** What identifies a scan of a path between two builds. */
  String scanKey(String path) {
    return root + "\0" + path + "\0" + filter.identity() + (asIs ? "\0with owners" : "");
  }

  private @Nullable FileStat stat(String path) {
    Path file = path.isEmpty() ? root : root.resolve(path);
    // A directory on the way that is a link, or "..", would lead anywhere: callers resolve them.
    if (!TreePaths.normalize(path).equals(path) || hasLinkOnTheWay(path)) {
      return null;
    }
    return FileStat.of(file, path, asIs);
  }

  private boolean hasLinkOnTheWay(String path) {
    for (String at = TreePaths.parent(path); !at.isEmpty(); at = TreePaths.parent(at)) {
      if (Files.isSymbolicLink(root.resolve(at))) {
        return true;
      }
    }
    return false;
  }

  static BuildException unreadable(Path file, IOException e) {
    boolean denied = e instanceof java.nio.file.AccessDeniedException;
    return new BuildException(
        "reading " + file + " failed: " + (denied ? "permission denied" : e.getMessage()),
        denied ? "make it readable, or name it in the ignore file" : "",
        e);
  }
}
