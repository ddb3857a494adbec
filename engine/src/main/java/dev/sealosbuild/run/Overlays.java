package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.file.Path;

/** Mounting the layers of a root file system in the command's own mount namespace. */
final class Overlays {
  private static final int SHORT = 36;

  private Overlays() {}

  /**
   * Adds what puts the root file system at its place; {@code mount} is to be called in the scratch
   * folder, to which the options are relative.
   *
   * @return where the root file system will be
   */
  static Path mount(Fstab fstab, Plan plan) {
    if (plan.root() instanceof RootFileSystem.Directory directory) {
      fstab.add(directory.root().toString(), directory.root(), "none", "bind");
      return directory.root();
    }
    RootFileSystem.Overlay overlay = (RootFileSystem.Overlay) plan.root();
    StringBuilder options = new StringBuilder("lowerdir=");
    // Short names: the kernel takes one page of options, and a colon in a path would part it.
    for (int i = 0; i < overlay.lower().size(); i++) {
      String name = Integer.toString(i, SHORT);
      plan.scratch().link("l" + name, overlay.lower().get(i));
      options.append(i == 0 ? "l" : ":l").append(name);
    }
    plan.scratch().link("u", overlay.upper());
    plan.scratch().link("w", overlay.work());
    forgetVolatile(overlay.work());
    options.append(",upperdir=u,workdir=w,");
    options.append(OverlayAttributes.of(plan.rights().userNamespace()).mountOptions());
    if (plan.rights().volatileOverlay()) {
      // What the command syncs need not reach the disk, as its layer will.
      options.append(",volatile");
    }
    fstab.add("overlay", overlay.mountPoint(), "overlay", options.toString());
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
}
