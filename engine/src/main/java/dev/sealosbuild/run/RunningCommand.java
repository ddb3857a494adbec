package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command's processes, from their start to the end of the last of them. They end with the waiting
 * thread's interruption, with the engine, and, by the parent-death signal that {@link Launch} sets,
 * with an engine that was killed.
 */
final class RunningCommand {
  private static final long PATIENCE_MILLIS = 700;
  private static final Set<RunningCommand> ALL = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final boolean outright;

  private RunningCommand(Process process, boolean outright) {
    this.process = process;
    this.outright = outright;
  }

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALL.forEach(RunningCommand::end), "end of commands"));
  }

  /**
   * Runs a command to its end.
   *
   * @param stdin a file, null for an empty input
   * @throws InterruptedException when the thread was interrupted; no process is left then
   */
  static Outcome run(Launch launch, @Nullable Path stdin, OutputListener listener)
      throws InterruptedException {
    RunningCommand running = start(launch, stdin);
    OutputLines lines = new OutputLines(running.process.getInputStream(), listener);
    Thread reader = new Thread(lines, "output of a command");
    reader.setDaemon(true);
    ALL.add(running);
    reader.start();
    try {
      int status = running.process.waitFor();
      reader.join(TimeUnit.SECONDS.toMillis(2));
      lines.rethrow();
      return new Outcome(status, lines.last());
    } catch (InterruptedException e) {
      running.end();
      reader.join(PATIENCE_MILLIS);
      throw e;
    } finally {
      ALL.remove(running);
      close(running.process);
    }
  }

  private static RunningCommand start(Launch launch, @Nullable Path stdin) {
    ProcessBuilder builder = new ProcessBuilder(launch.command());
    builder.environment().clear();
    builder.environment().putAll(launch.script().environment());
    builder.redirectErrorStream(true);
    builder.redirectInput(stdin == null ? new File("/dev/null") : stdin.toFile());
    try {
      return new RunningCommand(builder.start(), launch.outright());
    } catch (IOException e) {
      throw new BuildException(
          "the command could not be started: " + e.getMessage(),
          "check that util-linux is installed, and that the command is not larger than 128 KiB",
          e);
    }
  }

  /** Ends all processes; comes back when the first of them is gone. */
  private void end() {
    if (outright) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    try {
      if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Process process) {
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      return; // it was only read from
    }
  }
}
