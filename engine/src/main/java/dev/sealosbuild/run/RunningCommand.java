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
 * with an engine that was killed, or with the end of the thread that started them.
 */
final class RunningCommand implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 700;
  private static final Set<RunningCommand> ALL = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final boolean outright;

  private RunningCommand(Process process, boolean outright) {
    this.process = process;
    this.outright = outright;
  }

  static {
    endWithTheProcess();
  }

  private static void endWithTheProcess() {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(RunningCommand::endAll, "end of commands"));
    } catch (IllegalStateException e) {
      return; // it ends already, before its first command: there is none to be ended
    }
  }

  /** Ends all commands for good, and puts back what stood in their roots in the place of mounts. */
  static void endAll() {
    StandIns.refuseMore();
    ALL.forEach(RunningCommand::end);
    StandIns.closeAll();
  }

  /**
   * Starts the processes.
   *
   * @param stdin a file, null for an empty input
   */
  static RunningCommand start(Launch launch, @Nullable Path stdin) {
    ProcessBuilder builder = new ProcessBuilder(launch.command());
    builder.environment().clear();
    builder.environment().putAll(Script.environment());
    builder.redirectErrorStream(true);
    builder.redirectInput(stdin == null ? new File("/dev/null") : stdin.toFile());
    try {
      RunningCommand running = new RunningCommand(builder.start(), launch.outright());
      ALL.add(running);
      return running;
    } catch (IOException e) {
      throw new BuildException(
          "the command could not be started: " + e.getMessage(),
          "check that util-linux is installed",
          e);
    }
  }

  /** The process that the engine started, in whose namespaces the command's mounts are. */
  long pid() {
    return process.pid();
  }

  /**
   * Hears what is written until the end.
   *
   * @throws InterruptedException when the thread was interrupted; no process is left then
   */
  Outcome await(OutputListener listener) throws InterruptedException {
    OutputLines lines = new OutputLines(process.getInputStream(), listener);
    Thread reader = new Thread(lines, "output of a command");
    reader.setDaemon(true);
    reader.start();
    try {
      int status = process.waitFor();
      reader.join(TimeUnit.SECONDS.toMillis(2));
      lines.rethrow();
      return new Outcome(status, lines.last());
    } catch (InterruptedException e) {
      end();
      reader.join(PATIENCE_MILLIS);
      throw e;
    }
  }

  /** Ends what is left of it. */
  @Override
  public void close() {
    if (process.isAlive()) {
      end();
    }
    ALL.remove(this);
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      return; // it was only read from
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
}
