package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place for one command. With the isolation {@code chroot}, where mounting is allowed, it is a
 * process that goes as far as is known, beside whatever the engine does meanwhile: first it makes
 * its namespaces, then it mounts the root file system, and in the end it becomes the command.
 * Otherwise all is done when the command is known.
 *
 * <p>To be made, used and closed by one thread, whose end would end the processes. In this order:
 * {@link #enter}, {@link #run}, {@link #leave}, {@link #close}.
 */
public final class Sandbox implements AutoCloseable {
  private final Surroundings surroundings;
  private final PointLayers points;
  private final Path work;
  private final @Nullable Path stdin;
  private final @Nullable String runtime;
  private @Nullable Gate gate;
  private @Nullable RunningCommand waiting;
  private @Nullable LastingMounts mounts;
  private @Nullable Plan plan;
  private Runnable undo = () -> {};

  /**
   * @param points of overlays
   * @param work for what has to be put aside, on the file system of the root
   * @param runtime of the isolation {@code oci}; null for {@code chroot}
   * @param stdin a file to read; null for an empty input
   */
  Sandbox(
      Surroundings surroundings,
      PointLayers points,
      Path work,
      @Nullable String runtime,
      @Nullable Path stdin) {
    this.surroundings = surroundings;
    this.points = points;
    this.work = work;
    this.runtime = runtime;
    this.stdin = stdin;
  }

  /** Begins with what can be done before anything is known of the root file system. */
  void begin() {
    if (runtime == null && surroundings.rights().mounts()) {
      gate = Gate.in(surroundings.scratch());
      waiting = RunningCommand.start(ChrootScript.beginning(surroundings, gate), stdin);
    }
  }

  /**
   * Goes on with what can be done before the command is known; once.
   *
   * @param root not used by another command until the place is left; an overlay only where {@link
   *     Rights#overlay}
   * @param mounts what the command sees besides the volumes of the options, in this order
   */
  public void enter(RootFileSystem root, List<Mount> mounts) {
    List<Mount> all = new ArrayList<>();
    surroundings.options().volumes().forEach(volume -> all.add(volume.mount()));
    all.addAll(mounts);
    plan = over(root, all);
    if (gate != null) {
      gate.open(ChrootScript.entering(plan, gate));
    }
  }

  /** With the points to mount at, which are gone again when the place is left. */
  private Plan over(RootFileSystem root, List<Mount> mounts) {
    List<MountPoints.Target> targets = Plan.targets(surroundings, mounts);
    if (root instanceof RootFileSystem.Overlay overlay) {
      PointLayers.Pointed pointed = points.below(overlay, targets);
      RootFileSystem.Overlay whole = pointed.overlay();
      undo = () -> MountPoints.removeFrom(whole, targets, points.links());
      return new Plan(whole, mounts, pointed.places(), surroundings);
    }
    if (surroundings.rights().mounts()) {
      MountPoints made = MountPoints.inDirectory(((RootFileSystem.Directory) root).root(), targets);
      undo = made::close;
    }
    return new Plan(root, mounts, null, surroundings);
  }

  /**
   * Runs a command to its end; at most once.
   *
   * @param listener hears the output
   * @param meanwhile is done while the command runs
   * @return also for a command that failed
   * @throws BuildException when the command could not be started
   * @throws InterruptedException when the thread was interrupted; no process is left then
   */
  public Outcome run(Command command, OutputListener listener, Runnable meanwhile)
      throws InterruptedException {
    Plan known = plan;
    if (known == null) {
      throw new IllegalStateException("no root file system was entered");
    }
    known.options().volumes().forEach(volume -> Volumes.prepare(volume, command));
    if (gate != null && waiting != null) {
      mounts = LastingMounts.of(waiting.pid());
      gate.open(ChrootScript.becoming(known, command));
      meanwhile.run();
      return checked(known, waiting.await(listener));
    }
    if (runtime != null) {
      return run(known, OciScript.of(known, command, runtime), listener, meanwhile);
    }
    Path root = ((RootFileSystem.Directory) known.root()).root();
    return runBare(known, command, root, listener, meanwhile);
  }

  /**
   * Ends all processes; the changed files of the root are as the command left them. Nothing else
   * may be mounted over them before {@link #awaitUnmounted}.
   */
  public void leave() {
    if (waiting != null) {
      waiting.close();
      waiting = null;
    }
    if (mounts != null) {
      mounts.release();
    }
    undo.run();
    undo = () -> {};
  }

  /** Comes back when nothing is mounted any more of what was left. */
  public void awaitUnmounted() {
    if (mounts != null) {
      mounts.close();
      mounts = null;
    }
  }

  /** Leaves the place, unmounts everything and removes its working files. */
  @Override
  @SuppressWarnings("try") // closing is all that is wanted of the resources
  public void close() {
    try (ScratchFolder scratch = surroundings.scratch();
        Gate opened = gate) {
      leave();
      awaitUnmounted();
    }
  }

  @SuppressWarnings("try") // as above
  private Outcome runBare(
      Plan known, Command command, Path root, OutputListener listener, Runnable meanwhile)
      throws InterruptedException {
    List<Mount> mounts = new ArrayList<>(known.files());
    mounts.addAll(known.mounts());
    List<MountPoints.Target> targets = new ArrayList<>();
    targets.add(new MountPoints.Target("/dev", true));
    mounts.forEach(mount -> targets.add(MountPoints.Target.of(mount)));
    // What WORKDIR has not made is made as a runtime does, and stays.
    MountPoints.inDirectory(
        root, List.of(new MountPoints.Target(command.workingDirectory(), true)));
    try (ScratchFolder aside = ScratchFolder.in(work);
        MountPoints made = MountPoints.inDirectory(root, targets);
        DeviceNodes nodes = new DeviceNodes(made.at("/dev"));
        StandIns standIns = StandIns.place(made, mounts, aside)) {
      Path directory = made.at(command.workingDirectory());
      Launch launch = BareScript.of(known, command, root, directory);
      return run(known, launch, listener, meanwhile);
    }
  }

  private Outcome run(Plan known, Launch launch, OutputListener listener, Runnable meanwhile)
      throws InterruptedException {
    try (RunningCommand running = RunningCommand.start(launch, stdin)) {
      meanwhile.run();
      return checked(known, running.await(listener));
    }
  }

  private static Outcome checked(Plan plan, Outcome outcome) {
    if (outcome.status() != 0 && !Files.exists(plan.scratch().resolve(Launch.STARTED))) {
      throw notStarted(plan, outcome);
    }
    return OciScript.told(plan, outcome);
  }

  static BuildException notStarted(Plan plan, Outcome outcome) {
    String said = String.join("; ", outcome.lastLines());
    String limit = plan.options().limits().firstOption();
    return new BuildException(
        "a command could not be started (status " + outcome.status() + "): " + said,
        limit.isEmpty()
            ? "try another --isolation"
            : "give "
                + limit
                + " and other limits values that suit this machine, or leave them out");
  }
}
