package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The mounts of a command's processes, kept a little past the end of these. The kernel takes down
 * an overlay before it tells that the last process has ended, for a quarter of a second where
 * 40,000 files were made; what only reads the files of the upper directory need not wait for that.
 *
 * <p>They are kept by a descriptor of their namespace, so they end with the engine, however it
 * ends.
 */
final class LastingMounts implements AutoCloseable {
  private final @Nullable FileChannel namespace;
  private @Nullable Thread removal;

  private LastingMounts(@Nullable FileChannel namespace) {
    this.namespace = namespace;
  }

  /**
   * The mounts that a process sees now.
   *
   * @param process of this user; where it has ended there is nothing to keep
   */
  static LastingMounts of(long process) {
    try {
      return new LastingMounts(FileChannel.open(Path.of("/proc/" + process + "/ns/mnt")));
    } catch (IOException e) {
      return new LastingMounts(null);
    }
  }

  /** Begins to take them down; to be called when the processes have ended. */
  void release() {
    if (namespace != null && removal == null) {
      removal = new Thread(this::end, "end of mounts");
      removal.setDaemon(true);
      removal.start();
    }
  }

  /** Comes back when nothing is mounted any more. */
  @Override
  public void close() {
    release();
    boolean interrupted = false;
    while (removal != null && removal.isAlive()) {
      try {
        removal.join();
      } catch (InterruptedException e) {
        interrupted = true; // it does not take long
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    try {
      if (namespace != null) {
        namespace.close();
      }
    } catch (IOException e) {
      return; // nothing was written through it
    }
  }
}
