package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands in root file systems. One command is one tree of processes that ends with it; its
 * mounts are in its own mount namespace and end with it as well.
 *
 * <p>Safe for use by several threads, each of which runs one command at a time.
 */
public final class CommandRunner {
  /**
   * What every command's machine is called: the same everywhere, so that what a command writes down
   * of it is the same as well.
   */
  public static final String HOSTNAME = "sealos-build";

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
   *     scripts and a container's configuration, with the values of secret variables, are among
   *     them
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
   * Makes a place for a command.
   *
   * @param root not used by another command until the place is closed; an overlay only where {@link
   *     Rights#overlay}
   * @param mounts what the command sees besides the volumes of the options, in this order
   * @param stdin a file for the command to read; null for an empty input
   */
  public Sandbox open(
      RootFileSystem root, List<Mount> mounts, RunOptions options, @Nullable Path stdin) {
    IsolationChoice.Chosen chosen = choose(options);
    ScratchFolder scratch = ScratchFolder.in(memory);
    Sandbox sandbox;
    try {
      List<Mount> all = new ArrayList<>();
      options.volumes().forEach(volume -> all.add(volume.mount()));
      all.addAll(mounts);
      List<Mount.Bind> files =
          ContainerFiles.write(scratch, options.names(), HOSTNAME, rights.userNamespace());
      sandbox = over(new Plan(root, all, files, options, rights, scratch), chosen.runtime(), stdin);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
    try {
      sandbox.prepare();
      return sandbox;
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
  }

  /**
   * Runs a command to its end, in a place of its own.
   *
   * @see #open
   * @see Sandbox#run
   */
  public Outcome run(
      Command command,
      RootFileSystem root,
      List<Mount> mounts,
      RunOptions options,
      OutputListener listener)
      throws InterruptedException {
    try (Sandbox sandbox = open(root, mounts, options, null)) {
      return sandbox.run(command, listener);
    }
  }

  /** Ends all commands of this process, which is about to end: their files can be removed then. */
  public static void endAll() {
    RunningCommand.endAll();
  }

  /** With the points to mount at, which are gone again when the place is closed. */
  private Sandbox over(Plan plan, @Nullable String runtime, @Nullable Path stdin) {
    if (plan.root() instanceof RootFileSystem.Overlay overlay) {
      List<MountPoints.Target> targets = Overlays.targets(plan);
      Plan whole = plan.over(points.below(overlay, targets));
      return new Sandbox(
          whole,
          work,
          runtime,
          stdin,
          () -> MountPoints.removeFrom(overlay, targets, points.links()));
    }
    if (rights.mounts()) {
      Path root = ((RootFileSystem.Directory) plan.root()).root();
      MountPoints made = MountPoints.inDirectory(root, Overlays.targets(plan));
      return new Sandbox(plan, work, runtime, stdin, made::close);
    }
    return new Sandbox(plan, work, runtime, stdin, () -> {});
  }
}
