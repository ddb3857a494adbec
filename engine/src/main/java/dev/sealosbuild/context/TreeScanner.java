package dev.sealosbuild.context;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks at every file below a directory, with as many threads as there are processors. */
final class TreeScanner {
  private static final int EXTRA_THREADS = Runtime.getRuntime().availableProcessors() - 1;

  /** A tree smaller than this is done before another thread would have started. */
  private static final int MANY_FILES = 500;

  private final Path root;
  private final PathFilter filter;
  private final Executor workers;
  private final boolean asIs;

  private final ConcurrentLinkedQueue<Directory> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicInteger seen = new AtomicInteger();
  private volatile @Nullable Throwable failure;

  /** A directory, and what is in it once it was looked at. */
  private static final class Directory {
    private final FileStat stat;
    private final List<Object> children = new ArrayList<>();

    Directory(FileStat stat) {
      this.stat = stat;
    }
  }

  TreeScanner(Path root, PathFilter filter, Executor workers, boolean asIs) {
    this.root = root;
    this.filter = filter;
    this.workers = workers;
    this.asIs = asIs;
  }

  /** Everything below the path that is not ignored: parents first, sorted by name. */
  List<FileStat> scan(String path) {
    FileStat top = FileStat.of(root.resolve(path), path, asIs);
    if (top == null) {
      return List.of();
    }
    Directory directory = new Directory(top);
    unfinished.set(1);
    queue.add(directory);
    boolean alone = true;
    while (unfinished.get() > 0) {
      if (alone && seen.get() > MANY_FILES) {
        alone = false;
        for (int i = 0; i < EXTRA_THREADS; i++) {
          workers.execute(this::work);
        }
      }
      Directory next = queue.poll();
      if (next != null) {
        look(next);
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
    Throwable cause = failure;
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    List<FileStat> files = new ArrayList<>(seen.get());
    flatten(directory, files);
    return files;
  }

  private void work() {
    while (unfinished.get() > 0) {
      Directory next = queue.poll();
      if (next != null) {
        look(next);
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
  }

  private void look(Directory directory) {
    try {
      String path = directory.stat.entry().path();
      for (FileStat stat : list(root.resolve(path), path, asIs)) {
        add(directory, stat);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      unfinished.decrementAndGet();
    }
  }

  private void add(Directory directory, FileStat stat) {
    String path = stat.entry().path();
    if (stat.socket()) {
      return;
    }
    seen.incrementAndGet();
    boolean ignored = filter.ignores(path);
    if (!stat.entry().isDirectory()) {
      if (!ignored) {
        directory.children.add(stat);
      }
      return;
    }
    // An ignored directory is looked into where something in it may be wanted all the same.
    if (ignored && (failure != null || filter.ignoresAllBelow(path))) {
      return;
    }
    Directory child = new Directory(stat);
    directory.children.add(child);
    unfinished.incrementAndGet();
    queue.add(child);
  }

  private void flatten(Directory directory, List<FileStat> files) {
    for (Object child : directory.children) {
      if (child instanceof FileStat file) {
        files.add(file);
      } else if (child instanceof Directory below) {
        int before = files.size();
        files.add(below.stat);
        flatten(below, files);
        boolean empty = files.size() == before + 1;
        if (empty && filter.ignores(below.stat.entry().path())) {
          files.remove(before);
        }
      }
    }
  }

  /** What is directly in the directory, sorted by name. */
  static List<FileStat> list(Path directory, String path, boolean asIs) {
    String prefix = path.isEmpty() ? "" : path + "/";
    List<FileStat> files = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        String name = FileStat.checkedName(child.getFileName().toString(), child);
        FileStat stat = FileStat.of(child, prefix + name, asIs);
        if (stat != null) {
          files.add(stat);
        }
      }
    } catch (IOException e) {
      throw DirectoryTree.unreadable(directory, e);
    } catch (DirectoryIteratorException e) {
      throw DirectoryTree.unreadable(directory, e.getCause());
    }
    files.sort((a, b) -> a.entry().path().compareTo(b.entry().path()));
    return files;
  }
}
