package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Mounting the layers of a root file system in the command's own mount namespace. */
final class Overlays {
  private static final int SHORT = 36;

  private Overlays() {}

  /**
   * Adds the lines that put the root file system at its place; the script's working directory is
   * the scratch folder.
   *
   * @return where the root file system will be
   */
  static Path mount(Script script, Plan plan, String mount) {
    if (plan.root() instanceof RootFileSystem.Directory directory) {
      String root = script.value(directory.root().toString());
      script.line(mount + " -n --bind " + root + " " + root + Launch.OR_FAIL);
      return directory.root();
    }
    RootFileSystem.Overlay overlay = (RootFileSystem.Overlay) plan.root();
    StringBuilder lower = new StringBuilder();
    // Short names: the kernel takes one page of options, and a colon in a path would part it.
    for (int i = 0; i < overlay.lower().size(); i++) {
      String name = Integer.toString(i, SHORT);
      plan.scratch().link("l" + name, overlay.lower().get(i));
      lower.append(i == 0 ? "l" : ":l").append(name);
    }
    plan.scratch().link("u", overlay.upper());
    plan.scratch().link("w", overlay.work());
    forgetVolatile(overlay.work());
    String target = " overlay " + script.value(overlay.mountPoint().toString());
    String mounting =
        mount
            + " -n -t overlay -o lowerdir="
            + lower
            + ",upperdir=u,workdir=w,"
            + OverlayAttributes.of(plan.rights().userNamespace()).mountOptions();
    // Volatile: what the command syncs need not reach the disk, as its layer will. Since Linux
    // 5.10.
    script.line(
        mounting + ",volatile" + target + " 2>/dev/null || " + mounting + target + Launch.OR_FAIL);
    return overlay.mountPoint();
  }

  /**
   * The kernel mounts no overlay twice whose upper directory was not synced, lest the power went in
   * between; here an upper directory never outlives the start of the machine.
   */
  private static void forgetVolatile(Path work) {
    try {
      FileRemoval.remove(work.resolve("work/incompat"));
    } catch (IOException e) {
      throw new BuildException(
          "preparing the overlay in " + work + " failed: " + e, "build again", e);
    }
  }

  /** Everything that will be mounted within the root, and whether it is a directory. */
  static List<MountPoints.Target> targets(Plan plan) {
    List<MountPoints.Target> targets = new ArrayList<>();
    for (String system : List.of("/proc", "/sys", "/dev")) {
      targets.add(new MountPoints.Target(system, true));
    }
    for (Mount file : plan.files()) {
      targets.add(MountPoints.Target.of(file));
    }
    for (Mount mount : plan.mounts()) {
      targets.add(MountPoints.Target.of(mount));
    }
    return targets;
  }
}
