package dev.sealosbuild.run;

import java.util.List;

/**
 * All that is known when a command is about to be started.
 *
 * @param mounts of the instruction and of {@code --volume}, in the order in which they are made
 * @param files the engine's own small files, to be mounted as well
 * @param scratch for working files
 */
record Plan(
    Command command,
    RootFileSystem root,
    List<Mount> mounts,
    List<Mount.Bind> files,
    RunOptions options,
    Rights rights,
    ScratchFolder scratch) {
  /** What the machine is called unless told otherwise. */
  static final String HOSTNAME = "sealos-build";

  Plan {
    mounts = List.copyOf(mounts);
    files = List.copyOf(files);
  }

  /** The same over another root file system. */
  Plan over(RootFileSystem other) {
    return new Plan(command, other, mounts, files, options, rights, scratch);
  }

  String hostname() {
    return command.hostname().isEmpty() ? HOSTNAME : command.hostname();
  }
}
