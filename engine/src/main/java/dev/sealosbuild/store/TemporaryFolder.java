package dev.sealosbuild.store;

import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where one user of a store keeps what is not finished: a folder of its own under {@code tmp/},
 * with a lock that ends with the process. A folder whose lock nobody holds was left by a process
 * that was killed, and is removed by the next one that comes.
 */
public final class TemporaryFolder implements AutoCloseable {
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
      String name = newName();
      // The lock comes before the folder: a folder without a holder is a dead one.
      lock = FileLocks.exclusive(lockOf(name));
      folder = Files.createDirectories(tmp.resolve(name));
    }
    return folder.resolve(Long.toString(lastName.incrementAndGet()));
  }

  /** A name that no other process chooses. It need not be a secret: a secure one costs 5 ms. */
  private static String newName() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
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
                FileRemoval.remove(candidate);
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
        FileRemoval.remove(folder);
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
}
