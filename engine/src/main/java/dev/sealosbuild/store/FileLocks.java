package dev.sealosbuild.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks on files that hold between processes and between the threads of one. The system lets go of
 * them when a process ends, however it ends.
 *
 * <p>A process holds a file's lock once, however many of its threads share it: Java's own file
 * locks are the process's, and asking twice is an error there. What one thread holds another may
 * close.
 */
final class FileLocks {
  private static final Map<Path, Shared> LOCKS = new ConcurrentHashMap<>();

  private FileLocks() {}

  /** What is held until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** What is done while a lock is held. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work while nobody else holds the lock. */
  static <T> T whileExclusive(Path file, Work<T> work) throws IOException {
    Held held = exclusive(file);
    try {
      return work.run();
    } finally {
      held.close();
    }
  }

  /** Does the work where nobody else holds the lock, in this process or another. */
  static <T> Optional<T> ifExclusive(Path file, Work<T> work) throws IOException {
    Optional<Held> held = tryExclusive(file);
    if (held.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.run());
    } finally {
      held.get().close();
    }
  }

  /** Waits until nobody holds the lock exclusively. */
  static Held shared(Path file) throws IOException {
    Shared lock = LOCKS.computeIfAbsent(file, Shared::new);
    long stamp = lock.threads.readLock();
    try {
      lock.enter();
    } catch (IOException | RuntimeException e) {
      lock.threads.unlockRead(stamp);
      throw e;
    }
    return () -> {
      try {
        lock.leave();
      } finally {
        lock.threads.unlockRead(stamp);
      }
    };
  }

  /** Waits until nobody else holds the lock. Not to be asked for by a thread that holds it. */
  static Held exclusive(Path file) throws IOException {
    Shared lock = LOCKS.computeIfAbsent(file, Shared::new);
    long stamp = lock.threads.writeLock();
    try {
      FileChannel channel = open(file);
      try {
        channel.lock();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return releasing(lock, stamp, channel);
    } catch (IOException | RuntimeException e) {
      lock.threads.unlockWrite(stamp);
      throw e;
    }
  }

  /** The lock, where nobody else holds it, in this process or another. */
  static Optional<Held> tryExclusive(Path file) throws IOException {
    Shared lock = LOCKS.computeIfAbsent(file, Shared::new);
    long stamp = lock.threads.tryWriteLock();
    if (stamp == 0) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = open(file);
      if (channel.tryLock() != null) {
        return Optional.of(releasing(lock, stamp, channel));
      }
    } catch (OverlappingFileLockException e) {
      // Held by this process through another class loader: held all the same.
    } catch (IOException | RuntimeException e) {
      lock.threads.unlockWrite(stamp);
      throw e;
    }
    lock.threads.unlockWrite(stamp);
    if (channel != null) {
      channel.close();
    }
    return Optional.empty();
  }

  private static Held releasing(Shared lock, long stamp, FileChannel channel) {
    return () -> {
      try {
        channel.close();
      } finally {
        lock.threads.unlockWrite(stamp);
      }
    };
  }

  private static FileChannel open(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** A lock file as this process knows it. */
  private static final class Shared {
    private final Path file;
    private final StampedLock threads = new StampedLock();
    private int holders;
    private @Nullable FileChannel channel;

    Shared(Path file) {
      this.file = file;
    }

    synchronized void enter() throws IOException {
      if (holders == 0) {
        FileChannel opened = open(file);
        try {
          opened.lock(0, Long.MAX_VALUE, true);
          channel = opened;
        } catch (IOException | RuntimeException e) {
          opened.close();
          throw e;
        }
      }
      holders++;
    }

    synchronized void leave() throws IOException {
      holders--;
      if (holders == 0 && channel != null) {
        channel.close();
        channel = null;
      }
    }
  }
}
