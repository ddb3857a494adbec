package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;
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
    this.rights = Rights.find(state.toAbsolutePath());
    this.points = new PointLayers(this.work, OverlayAttributes.of(rights.userNamespace()));
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
   * Begins to make a place for a command of which only the options are known.
   *
   * @param stdin a file for the command to read; null for an empty input
   */
  public Sandbox begin(RunOptions options, @Nullable Path stdin) {
    IsolationChoice.Chosen chosen = choose(options);
    ScratchFolder scratch = ScratchFolder.in(memory);
    Sandbox sandbox;
    try {
      Surroundings surroundings = Surroundings.in(scratch, options, rights);
      sandbox = new Sandbox(surroundings, points, work, chosen.runtime(), stdin);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
    try {
      sandbox.begin();
      return sandbox;
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
  }

  /** Ends all commands of this process, which is about to end: their files can be removed then. */
  public static void endAll() {
    RunningCommand.endAll();
  }
}
