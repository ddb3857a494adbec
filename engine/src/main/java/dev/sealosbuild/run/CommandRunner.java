package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs commands in root file systems. One command is one tree of processes that ends with it; its
 * mounts are in its own mount namespace and end with it as well.
 *
 * <p>Safe for use by several threads, each of which runs one command at a time.
 */
public final class CommandRunner {
  private final Path work;
  private final Path memory;
  private final Rights rights;
  private final PointLayers points;
  private final IsolationChoice choice;

  /**
   * @param state an existing folder for what is found out about the machine, kept between builds;
   *     on the file system that overlays are to be made on
   * @param work an existing folder on the file system of the roots, for mount points, and for what
   *     has to be put aside while a command runs
   * @param memory an existing folder for working files, which are removed when a command has ended;
   *     a container's configuration, with the values of secret variables, is among them
   */
  public CommandRunner(Path state, Path work, Path memory) {
    this.work = work.toAbsolutePath();
    this.memory = memory.toAbsolutePath();
    this.points = new PointLayers(this.work);
    this.rights = Rights.find(state.toAbsolutePath());
    this.choice = new IsolationChoice(state.toAbsolutePath(), rights);
  }

  /** What this process may do; {@link Rights#overlay} says which root file system to make. */
  public Rights rights() {
    return rights;
  }

  /**
   * Which isolation commands with these options get.
   *
   * @throws BuildException when none works that can do what the options ask for
   */
  public IsolationChoice.Chosen choose(RunOptions options) {
    return choice.of(options);
  }

  /**
   * Runs a command to its end.
   *
   * @param root not used by another command meanwhile; an overlay only where {@link Rights#overlay}
   * @param mounts what the command sees besides the volumes of the options, in this order
   * @param listener hears the output
   * @return also for a command that failed
   * @throws BuildException when the command could not be started
   * @throws InterruptedException when the thread was interrupted; no process is left then
   */
  public Outcome run(
      Command command,
      RootFileSystem root,
      List<Mount> mounts,
      RunOptions options,
      OutputListener listener)
      throws InterruptedException {
    IsolationChoice.Chosen chosen = choose(options);
    try (ScratchFolder scratch = ScratchFolder.in(rights.mounts() ? memory : work)) {
      List<Mount> all = new ArrayList<>();
      for (Volume volume : options.volumes()) {
        Volumes.prepare(volume, command);
        all.add(volume.mount());
      }
      all.addAll(mounts);
      String hostname = command.hostname().isEmpty() ? Plan.HOSTNAME : command.hostname();
      List<Mount.Bind> files =
          ContainerFiles.write(scratch, options.names(), hostname, rights.userNamespace());
      Plan plan = new Plan(command, root, all, files, options, rights, scratch);
      return start(plan, chosen, listener);
    }
  }

  @SuppressWarnings("try") // closing is all that is wanted of the resource
  private Outcome start(Plan plan, IsolationChoice.Chosen chosen, OutputListener listener)
      throws InterruptedException {
    if (plan.root() instanceof RootFileSystem.Overlay overlay) {
      List<MountPoints.Target> targets = Overlays.targets(plan);
      Plan whole = plan.over(points.below(overlay, targets));
      try {
        return run(whole, launch(whole, chosen), listener);
      } finally {
        MountPoints.removeFrom(overlay, targets, points.links());
      }
    }
    Path root = ((RootFileSystem.Directory) plan.root()).root();
    if (rights.mounts()) {
      try (MountPoints made = MountPoints.inDirectory(root, Overlays.targets(plan))) {
        return run(plan, launch(plan, chosen), listener);
      }
    }
    return runBare(plan, root, listener);
  }

  private Launch launch(Plan plan, IsolationChoice.Chosen chosen) {
    String runtime = chosen.runtime();
    return runtime == null ? ChrootScript.of(plan) : OciScript.of(plan, runtime);
  }

  @SuppressWarnings("try") // as above
  private static Outcome runBare(Plan plan, Path root, OutputListener listener)
      throws InterruptedException {
    List<Mount> mounts = new ArrayList<>(plan.files());
    mounts.addAll(plan.mounts());
    List<MountPoints.Target> targets = new ArrayList<>();
    targets.add(new MountPoints.Target("/dev", true));
    mounts.forEach(mount -> targets.add(MountPoints.Target.of(mount)));
    // What WORKDIR has not made is made as a runtime does, and stays.
    MountPoints.inDirectory(
        root, List.of(new MountPoints.Target(plan.command().workingDirectory(), true)));
    try (MountPoints points = MountPoints.inDirectory(root, targets);
        DeviceNodes nodes = new DeviceNodes(points.at("/dev"));
        StandIns standIns = StandIns.place(points, mounts, plan.scratch())) {
      return run(
          plan, BareScript.of(plan, root, points.at(plan.command().workingDirectory())), listener);
    }
  }

  private static Outcome run(Plan plan, Launch launch, OutputListener listener)
      throws InterruptedException {
    Outcome outcome = RunningCommand.run(launch, plan.command().stdin(), listener);
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
