package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is mounted where this process can see it. */
final class Mounts {
  /** The fifth field of a line is the mount point. */
  private static final int MOUNT_POINT = 4;

  private Mounts() {}

  /**
   * Makes sure that removing a folder removes what is in the folder and nothing else. A command's
   * mounts end with its mount namespace; should one ever be left, it might be of the user's files.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">mountinfo(5)</a>
   */
  static void requireNone(Path folder) throws IOException {
    String path = escaped(folder.toString());
    // Names may be bytes in any encoding; in this one every byte is a character.
    for (String line :
        Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
      String mountPoint = line.split(" ", MOUNT_POINT + 2)[MOUNT_POINT];
      if (mountPoint.equals(path) || mountPoint.startsWith(path + "/")) {
        throw new BuildException(
            "something is still mounted on " + mountPoint, "unmount it, then remove " + folder);
      }
    }
  }

  private static String escaped(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
        .replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}
