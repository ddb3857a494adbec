package dev.sealosbuild.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where one user of a store keeps what is not finished: a folder of its own under {@code tmp/},
 * with a lock that ends with the process. A folder whose lock nobody holds was left by a process
 * that was killed, and is removed by the next one that comes.
 */
public final class TemporaryFolder implements AutoCloseable {
  /** What the owner of a directory needs to remove what is in it. */
  private static final int OWNER = 0700;

  private final Path tmp;
  private final Path locks;
  private final AtomicLong lastName = new AtomicLong();
  private @Nullable Path folder;
  private FileLocks.@Nullable Held lock;

  TemporaryFolder(Path tmp, Path locks) {
    this.tmp = tmp;
    this.locks = locks;
  }

  /** A new name in the folder, which is made when first asked for. */
  public synchronized Path newPath() throws IOException {
    if (folder == null) {
      String name = UUID.randomUUID().toString();
      // The lock comes before the folder: a folder without a holder is a dead one.
      lock = FileLocks.exclusive(lockOf(name));
      folder = Files.createDirectories(tmp.resolve(name));
    }
    return folder.resolve(Long.toString(lastName.incrementAndGet()));
  }

  /** Removes what killed processes left behind. */
  void sweep() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(tmp)) {
      for (Path candidate : folders) {
        Path lockFile = lockOf(candidate.getFileName().toString());
        FileLocks.ifExclusive(
            lockFile,
            () -> {
              try {
                deleteTree(candidate);
              } catch (AccessDeniedException e) {
                // Files of a user namespace's other users: whoever comes back into it removes them.
                return false;
              }
              return Files.deleteIfExists(lockFile);
            });
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever begun here, or another process has just removed it.
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (folder != null && lock != null) {
      try {
        deleteTree(folder);
        Files.deleteIfExists(lockOf(folder.getFileName().toString()));
      } finally {
        lock.close();
        folder = null;
        lock = null;
      }
    }
  }

  private Path lockOf(String name) {
    return locks.resolve("tmp-" + name + ".lock");
  }

  /**
   * Removes a file, or a directory with all that is in it, whatever its modes; links are not
   * followed.
   */
  public static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            makeWritable(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // The walk opens a directory before it asks: one that may not be read fails here.
            if (!(e instanceof AccessDeniedException) || !makeWritable(file)) {
              throw e;
            }
            deleteTree(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Lets its owner in; false where that was so already, or cannot be. */
  private static boolean makeWritable(Path directory) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(directory, "unix:mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) attributes.get("mode");
    if (!Boolean.TRUE.equals(attributes.get("isDirectory")) || (mode & OWNER) == OWNER) {
      return false;
    }
    try {
      Files.setAttribute(directory, "unix:mode", (mode & 07777) | OWNER);
      return true;
    } catch (FileSystemException e) {
      return false; // another user's: that nothing in it can be removed is told there
    }
  }
}
