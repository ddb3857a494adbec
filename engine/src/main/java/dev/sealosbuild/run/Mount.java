package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;

/** Something that a command sees besides its root file system, and that no layer keeps. */
public sealed interface Mount {
  /** Where the command sees it: an absolute path within the root. */
  String target();

  /**
   * A file or a directory of the machine.
   *
   * @param source exists; a symbolic link is followed
   */
  record Bind(Path source, String target, boolean readOnly) implements Mount {
    public Bind {
      checkTarget(target);
      source = source.toAbsolutePath();
    }
  }

  /**
   * A directory of the engine's own that is handed from command to command and that nobody else
   * uses meanwhile. Where nothing can be mounted it is moved to its place and back; a build that is
   * killed then loses it.
   *
   * @param source exists
   */
  record Cache(Path source, String target) implements Mount {
    public Cache {
      checkTarget(target);
      source = source.toAbsolutePath();
    }
  }

  /**
   * An empty directory in memory.
   *
   * @param size at most so many bytes; 0 for the kernel's default, half of the memory
   * @param mode permission bits
   */
  record Tmpfs(String target, long size, int mode) implements Mount {
    public Tmpfs {
      checkTarget(target);
    }
  }

  /** Refuses what is no absolute path of printable characters, and the root itself. */
  private static void checkTarget(String target) {
    String problem = "";
    if (!target.startsWith("/")) {
      problem = "is not absolute";
    } else if (target.chars().allMatch(c -> c == '/')) {
      problem = "is the root directory";
    } else if (target.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      problem = "has control characters in it";
    } else if (("/" + target + "/").contains("/../")) {
      problem = "climbs with ..";
    }
    if (!problem.isEmpty()) {
      throw new BuildException(
          "the mount target '" + target.replaceAll("\\p{Cntrl}", "?") + "' " + problem,
          "give an absolute path below /");
    }
  }
}
