package dev.sealosbuild.run;

import java.util.List;

/**
 * All that is known of a place where a command is going to run, before the command is.
 *
 * @param mounts of the instruction and of {@code --volume}, in the order in which they are made
 * @param files the engine's own small files, to be mounted as well
 * @param scratch for working files
 */
record Plan(
    RootFileSystem root,
    List<Mount> mounts,
    List<Mount.Bind> files,
    RunOptions options,
    Rights rights,
    ScratchFolder scratch) {
  Plan {
    mounts = List.copyOf(mounts);
    files = List.copyOf(files);
  }

  /** The same over another root file system. */
  Plan over(RootFileSystem other) {
    return new Plan(other, mounts, files, options, rights, scratch);
  }
}
