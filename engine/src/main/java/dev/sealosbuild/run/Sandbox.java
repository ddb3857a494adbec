package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place for one command. With the isolation {@code chroot}, where mounting is allowed, everything
 * is mounted by processes that begin when it is made, beside whatever the engine does meanwhile;
 * what is left when the command is known is to become it. Otherwise all is done then.
 *
 * <p>To be made, used and closed by one thread, whose end would end the processes.
 */
public final class Sandbox implements AutoCloseable {
  private final Plan plan;
  private final Path work;
  private final @Nullable Path stdin;
  private final @Nullable String runtime;
  private final Runnable undo;
  private @Nullable Gate gate;
  private @Nullable RunningCommand waiting;

  /**
   * @param work for what has to be put aside, on the file system of the root
   * @param runtime of the isolation {@code oci}; null for {@code chroot}
   * @param stdin a file to read; null for an empty input
   * @param undo removes the mount points that the root was given
   */
  Sandbox(Plan plan, Path work, @Nullable String runtime, @Nullable Path stdin, Runnable undo) {
    this.plan = plan;
    this.work = work;
    this.runtime = runtime;
    this.stdin = stdin;
    this.undo = undo;
  }

  /** Begins with what can be done before the command is known. */
  void prepare() {
    if (runtime == null && plan.rights().mounts()) {
      gate = Gate.in(plan.scratch());
      waiting = RunningCommand.start(ChrootScript.of(plan, gate), stdin);
    }
  }

  /**
   * Runs a command to its end; at most once.
   *
   * @param listener hears the output
   * @return also for a command that failed
   * @throws BuildException when the command could not be started
   * @throws InterruptedException when the thread was interrupted; no process is left then
   */
  public Outcome run(Command command, OutputListener listener) throws InterruptedException {
    plan.options().volumes().forEach(volume -> Volumes.prepare(volume, command));
    if (gate != null && waiting != null) {
      gate.open(ChrootScript.entering(plan, command));
      return checked(waiting.await(listener));
    }
    if (runtime != null) {
      return run(OciScript.of(plan, command, runtime), listener);
    }
    return runBare(command, ((RootFileSystem.Directory) plan.root()).root(), listener);
  }

  @Override
  @SuppressWarnings("try") // closing is all that is wanted of some resources
  public void close() {
    try (ScratchFolder scratch = plan.scratch();
        Gate opened = gate;
        RunningCommand running = waiting) {
      // Nothing is mounted any more when the points are looked for.
      if (running != null) {
        running.close();
      }
      undo.run();
    }
  }

  @SuppressWarnings("try") // as above
  private Outcome runBare(Command command, Path root, OutputListener listener)
      throws InterruptedException {
    List<Mount> mounts = new ArrayList<>(plan.files());
    mounts.addAll(plan.mounts());
    List<MountPoints.Target> targets = new ArrayList<>();
    targets.add(new MountPoints.Target("/dev", true));
    mounts.forEach(mount -> targets.add(MountPoints.Target.of(mount)));
    // What WORKDIR has not made is made as a runtime does, and stays.
    MountPoints.inDirectory(
        root, List.of(new MountPoints.Target(command.workingDirectory(), true)));
    try (ScratchFolder aside = ScratchFolder.in(work);
        MountPoints points = MountPoints.inDirectory(root, targets);
        DeviceNodes nodes = new DeviceNodes(points.at("/dev"));
        StandIns standIns = StandIns.place(points, mounts, aside)) {
      Path directory = points.at(command.workingDirectory());
      return run(BareScript.of(plan, command, root, directory), listener);
    }
  }

  private Outcome run(Launch launch, OutputListener listener) throws InterruptedException {
    try (RunningCommand running = RunningCommand.start(launch, stdin)) {
      return checked(running.await(listener));
    }
  }

  private Outcome checked(Outcome outcome) {
    if (outcome.status() != 0 && !Files.exists(plan.scratch().resolve(Launch.STARTED))) {
      throw notStarted(outcome);
    }
    return OciScript.told(plan, outcome);
  }

  static BuildException notStarted(Outcome outcome) {
    String said = String.join("; ", outcome.lastLines());
    return new BuildException(
        "a command could not be started (status " + outcome.status() + "): " + said,
        "try another --isolation");
  }
}
