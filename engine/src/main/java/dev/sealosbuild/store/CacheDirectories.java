package dev.sealosbuild.store;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Directories that commands leave something in for later builds: {@code mounts/NAME}, one for each
 * ID of {@code RUN --mount=type=cache}. Who uses one holds its lock.
 */
public final class CacheDirectories {
  /** A build that finds so many taken waits for the last one. */
  private static final int MAX_PRIVATE = 64;

  private final Path folder;
  private final Path locks;
  private final TemporaryFolder temporary;

  /** Fills a directory that is new. */
  @FunctionalInterface
  public interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** A directory in use. */
  public static final class InUse implements AutoCloseable {
    private final Path directory;
    private final FileLocks.Held lock;

    private InUse(Path directory, FileLocks.Held lock) {
      this.directory = directory;
      this.lock = lock;
    }

    public Path directory() {
      return directory;
    }

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  CacheDirectories(Path folder, Path locks, TemporaryFolder temporary) {
    this.folder = folder;
    this.locks = locks;
    this.temporary = temporary;
  }

  /** The directory of the ID, while others may use it as well; waits for who uses it alone. */
  public InUse shared(String id, Filling filling) throws IOException {
    String name = name(id, 0);
    // Made under a lock of its own: who shares the other one cannot have it alone for that.
    FileLocks.whileExclusive(
        locks.resolve("mount-" + name + ".new.lock"), () -> make(name, filling));
    return new InUse(folder.resolve(name), FileLocks.shared(lockFile(name)));
  }

  /** The directory of the ID, for this user alone; waits for all others. */
  public InUse locked(String id, Filling filling) throws IOException {
    return alone(name(id, 0), FileLocks.exclusive(lockFile(name(id, 0))), filling);
  }

  /** A directory of the ID that nobody else uses, another one where the first is taken. */
  public InUse unshared(String id, Filling filling) throws IOException {
    for (int number = 0; number < MAX_PRIVATE; number++) {
      String name = name(id, number);
      Optional<FileLocks.Held> lock = FileLocks.tryExclusive(lockFile(name));
      if (lock.isPresent()) {
        return alone(name, lock.get(), filling);
      }
    }
    String last = name(id, MAX_PRIVATE);
    return alone(last, FileLocks.exclusive(lockFile(last)), filling);
  }

  /** Removes them all; to be called by who has the store alone. */
  void clear() throws IOException {
    FileRemoval.remove(folder);
  }

  private InUse alone(String name, FileLocks.Held lock, Filling filling) throws IOException {
    try {
      make(name, filling);
      return new InUse(folder.resolve(name), lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private Path make(String name, Filling filling) throws IOException {
    Path directory = folder.resolve(name);
    if (!Files.exists(directory)) {
      Path unfinished = Files.createDirectory(temporary.newPath());
      filling.fill(unfinished);
      Files.createDirectories(folder);
      Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
    }
    return directory;
  }

  private Path lockFile(String name) {
    return locks.resolve("mount-" + name + ".lock");
  }

  private static String name(String id, int number) {
    String hex = Digest.of(id.getBytes(StandardCharsets.UTF_8)).hex();
    return number == 0 ? hex : hex + "-" + number;
  }
}
