package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Facts that the kernel tells in files of {@code /proc}. */
final class ProcFiles {
  private ProcFiles() {}

  /** A file's text; empty where there is none or it may not be read. */
  static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** What follows {@code name:} in a text of such lines; empty where none does. */
  static String line(String text, String name) {
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  /** A mask of {@code /proc/self/status}; 0 where it is missing. */
  static long mask(String status, String name) {
    String hex = line(status, name);
    return hex.isEmpty() ? 0 : Long.parseUnsignedLong(hex, 16);
  }

  /** The effective user's number; -1 where it is missing. */
  static long uid(String status) {
    String[] ids = line(status, "Uid").split("\\s+", -1);
    return ids.length < 2 ? -1 : Long.parseLong(ids[1]);
  }

  /** Differs each time the machine starts. */
  static String boot() {
    return read("/proc/sys/kernel/random/boot_id").strip();
  }
}
