package dev.sealosbuild.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Waiting for other threads, where an interrupt is a failure to read or write. */
final class Waiting {
  private static final long STOP_MILLIS = 5_000;

  private Waiting() {}

  static <T> void put(BlockingQueue<T> queue, T item) throws IOException {
    try {
      queue.put(item);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static <T> T take(BlockingQueue<T> queue) throws IOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static void join(@Nullable Thread thread) throws IOException {
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static void stop(@Nullable Thread thread) {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * Waits for a thread that was stopped, whether or not this one is being stopped too; not for
   * ever, since a channel need not answer an interrupt.
   */
  static void await(@Nullable Thread thread) {
    boolean interrupted = Thread.interrupted();
    try {
      if (thread != null) {
        thread.join(STOP_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    IOException e = new InterruptedIOException("interrupted at a layer");
    e.initCause(cause);
    return e;
  }
}
