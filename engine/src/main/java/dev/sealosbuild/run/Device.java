package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A device of the machine that a command may use.
 *
 * @param source a character or block device, links followed
 * @param target absolute path within the root
 * @param permissions of {@code r}, {@code w}, {@code m} (mknod) those allowed
 * @param block whether it is a block device
 * @param mode permission bits of the node
 */
public record Device(
    Path source,
    String target,
    String permissions,
    boolean block,
    long major,
    long minor,
    int mode,
    long uid,
    long gid) {
  private static final int TYPE = 0170000;
  private static final int CHARACTER = 0020000;
  private static final int BLOCK = 0060000;

  /**
   * Reads {@code --device HOST[:TARGET[:PERMISSIONS]]}, or {@code HOST:PERMISSIONS}, and looks at
   * the device.
   *
   * @throws BuildException when the text is wrong, or names no device
   */
  public static Device parse(String text) {
    String[] parts = text.split(":", -1);
    String target = parts[0];
    String permissions = "rwm";
    if (parts.length == 2 && isPermissions(parts[1])) {
      permissions = parts[1];
    } else if (parts.length >= 2) {
      target = parts[1];
    }
    if (parts.length == 3) {
      permissions = parts[2];
    }
    if (parts.length > 3
        || !isPermissions(permissions)
        || !parts[0].startsWith("/")
        || !target.startsWith("/")) {
      throw wrong(text, "cannot be read");
    }
    return at(text, Path.of(parts[0]), target, permissions);
  }

  /** The same device for a command that sees it as a bind mount. */
  Mount.Bind asMount() {
    return new Mount.Bind(source, target, false);
  }

  private static Device at(String text, Path source, String target, String permissions) {
    try {
      Map<String, Object> facts = Files.readAttributes(source, "unix:mode,rdev,uid,gid");
      int mode = (Integer) facts.get("mode");
      int type = mode & TYPE;
      if (type != CHARACTER && type != BLOCK) {
        throw wrong(text, "is no device");
      }
      long number = (Long) facts.get("rdev");
      // As makedev(3) of the GNU C library puts the halves together.
      long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & 0xfffff000L);
      long minor = (number & 0xff) | ((number >>> 12) & 0xffffff00L);
      return new Device(
          source,
          target,
          permissions,
          type == BLOCK,
          major,
          minor,
          mode & 0777,
          ((Integer) facts.get("uid")) & 0xffffffffL,
          ((Integer) facts.get("gid")) & 0xffffffffL);
    } catch (IOException e) {
      throw new BuildException(
          "--device " + text + ": " + source + " is not there",
          "name a device of this machine, or load the driver that makes it",
          e);
    }
  }

  private static boolean isPermissions(String text) {
    return text.matches("[rwm]{1,3}");
  }

  private static BuildException wrong(String text, String why) {
    return new BuildException(
        "--device " + text + " " + why, "write it as /dev/fuse or /dev/sdc:/dev/xvdc:rwm");
  }
}
