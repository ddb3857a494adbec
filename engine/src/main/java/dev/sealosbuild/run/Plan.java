package dev.sealosbuild.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a place where a command is going to run, before the command is.
 *
 * @param mounts of the instruction and of {@code --volume}, in the order in which they are made
 * @param places where in the root the {@link #targets} are, in their order, as relative paths
 *     without links; null where that takes a look at the mounted root, and something must be made
 */
record Plan(
    RootFileSystem root,
    List<Mount> mounts,
    @Nullable List<Path> places,
    Surroundings surroundings) {
  /** Where file systems of the kernel's and the engine's are mounted. */
  static final List<String> SYSTEM = List.of("/proc", "/sys", "/dev");

  Plan {
    mounts = List.copyOf(mounts);
    places = places == null ? null : List.copyOf(places);
  }

  List<Mount.Bind> files() {
    return surroundings.files();
  }

  RunOptions options() {
    return surroundings.options();
  }

  Rights rights() {
    return surroundings.rights();
  }

  ScratchFolder scratch() {
    return surroundings.scratch();
  }

  /** Everything that will be mounted within the root: the system's, the small files, the mounts. */
  static List<MountPoints.Target> targets(Surroundings surroundings, List<Mount> mounts) {
    List<MountPoints.Target> targets = new ArrayList<>();
    SYSTEM.forEach(path -> targets.add(new MountPoints.Target(path, true)));
    surroundings.files().forEach(file -> targets.add(new MountPoints.Target(file.target(), false)));
    mounts.forEach(mount -> targets.add(MountPoints.Target.of(mount)));
    return targets;
  }
}
