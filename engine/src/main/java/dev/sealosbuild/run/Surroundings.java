package dev.sealosbuild.run;

import java.util.List;

/**
 * What is known of a place for a command before its root file system is.
 *
 * @param files the engine's own small files, to be mounted in the root
 * @param scratch for working files
 */
record Surroundings(
    List<Mount.Bind> files, RunOptions options, Rights rights, ScratchFolder scratch) {
  Surroundings {
    files = List.copyOf(files);
  }

  static Surroundings in(ScratchFolder scratch, RunOptions options, Rights rights) {
    List<Mount.Bind> files =
        ContainerFiles.write(
            scratch, options.names(), CommandRunner.HOSTNAME, rights.userNamespace());
    return new Surroundings(files, options, rights, scratch);
  }
}
