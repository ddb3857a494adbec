package dev.sealosbuild.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. A test whose program is missing is skipped, and says which;
 * with {@code SEALOS_BUILD_REQUIRE_PROGRAMS=true}, as an environment variable or a system property,
 * it fails instead, so that a machine meant to run every test cannot quietly run fewer.
 */
public final class Requires {
  private static final String REQUIRE = "SEALOS_BUILD_REQUIRE_PROGRAMS";

  /** Where Debian keeps programs that an ordinary user's PATH leaves out. */
  private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin");

  private Requires() {}

  /** Goes on where the program is installed. */
  public static void program(String name) {
    if (!isInstalled(name)) {
      missing(name + " is not installed");
    }
  }

  /** Goes on where the tests run as root. */
  public static void root() {
    if (!System.getProperty("user.name").equals("root")) {
      missing("not run as root");
    }
  }

  /** Goes on where root may mount an overlay of directories in this folder. */
  public static void overlays(Path folder) {
    String mount =
        "cd \"$0\" && mkdir -p o/l o/u o/w o/m"
            + " && mount -t overlay -o lowerdir=o/l,upperdir=o/u,workdir=o/w overlay o/m";
    if (Program.attempt("unshare", "-m", "sh", "-c", mount, folder.toString()).exit() != 0) {
      missing("overlays may not be mounted here");
    }
  }

  /** Goes on where something else is as a test needs it; the reason says what it is otherwise. */
  public static void isTrue(boolean condition, String reason) {
    if (!condition) {
      missing(reason);
    }
  }

  /** Whether the program is on the PATH or in a system folder. */
  public static boolean isInstalled(String name) {
    return find(name).isPresent();
  }

  /** Where the program is; one that is only in a system folder is not found by its name. */
  public static Path installed(String name) {
    return find(name).orElseThrow();
  }

  private static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    List<String> folders =
        new ArrayList<>(List.of((path == null ? "" : path).split(File.pathSeparator, -1)));
    folders.addAll(SYSTEM_FOLDERS);
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void missing(String reason) {
    if ("true".equals(System.getenv(REQUIRE)) || "true".equals(System.getProperty(REQUIRE))) {
      fail(reason + ", and " + REQUIRE + " is set");
    }
    Assumptions.abort(reason);
  }
}
