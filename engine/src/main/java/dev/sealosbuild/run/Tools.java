package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The programs of the machine that commands are started with. */
final class Tools {
  /** Where they are looked for besides the PATH. */
  static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** Those that were found: some are needed for every command. */
  private static final Map<String, String> FOUND = new ConcurrentHashMap<>();

  private Tools() {}

  /**
   * The absolute path of a program.
   *
   * @param origin who it belongs to, for the error message
   * @throws BuildException when it is not installed
   */
  static String require(String name, String origin) {
    return find(name)
        .orElseThrow(
            () ->
                new BuildException(
                    "RUN needs the program " + name + ", which is not installed",
                    "install " + origin));
  }

  /** The absolute path of a program, where it is installed. */
  static Optional<String> find(String name) {
    String known = FOUND.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<String> found = search(name);
    found.ifPresent(path -> FOUND.put(name, path));
    return found;
  }

  private static Optional<String> search(String name) {
    LinkedHashSet<String> folders = new LinkedHashSet<>();
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(":", -1)) {
      if (folder.startsWith("/")) {
        folders.add(folder);
      }
    }
    folders.addAll(FOLDERS);
    for (String folder : folders) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return Optional.of(file.toString());
      }
    }
    return Optional.empty();
  }

  /** Those of util-linux and coreutils that any isolation uses; a missing one is an error. */
  static String utilLinux(String name) {
    return require(name, "util-linux");
  }

  static List<String> missing(List<String> names) {
    List<String> missing = new ArrayList<>(names);
    missing.removeIf(name -> find(name).isPresent());
    return missing;
  }
}
