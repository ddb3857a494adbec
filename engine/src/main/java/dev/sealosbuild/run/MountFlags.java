package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The restrictions that a file system's mount has, which a user namespace may not lift. */
final class MountFlags {
  private static final List<String> LOCKED =
      List.of("nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime");

  private MountFlags() {}

  /** Options to give again with {@code ro}, each after a comma; empty outside a user namespace. */
  static String kept(Path source, boolean userNamespace) {
    if (!userNamespace) {
      return "";
    }
    String options = "";
    int longest = -1;
    Path real = real(source);
    for (String line : ProcFiles.read("/proc/self/mountinfo").split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 5
          && fields[4].length() >= longest
          && real.startsWith(Path.of(fields[4]))) {
        longest = fields[4].length();
        options = fields[5];
      }
    }
    StringBuilder kept = new StringBuilder();
    for (String option : options.split(",", -1)) {
      if (LOCKED.contains(option)) {
        kept.append(',').append(option);
      }
    }
    return kept.toString();
  }

  private static Path real(Path source) {
    try {
      return source.toRealPath();
    } catch (IOException e) {
      return source;
    }
  }
}
