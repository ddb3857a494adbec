package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A root file system with nothing but busybox. */
final class BusyboxRoot {
  private static final List<String> NAMES =
      List.of(
          "sh",
          "cat",
          "df",
          "echo",
          "env",
          "grep",
          "hostname",
          "id",
          "kill",
          "ls",
          "mkdir",
          "mount",
          "ps",
          "pwd",
          "seq",
          "setsid",
          "sleep",
          "tail",
          "test",
          "true",
          "wc");

  private BusyboxRoot() {}

  /** Makes it in a folder that is not there yet. */
  static Path in(Path root) throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
    for (String name : NAMES) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    return root;
  }
}
