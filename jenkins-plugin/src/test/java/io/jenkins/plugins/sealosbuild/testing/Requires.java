package io.jenkins.plugins.sealosbuild.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Where it is missing, the test is skipped and says so; with
 * {@code SEALOS_BUILD_REQUIRE_PROGRAMS=true} in the environment it fails.
 */
public final class Requires {
  private static final String REQUIRE = "SEALOS_BUILD_REQUIRE_PROGRAMS";

  private Requires() {}

  /** Goes on where the program is installed. */
  public static void program(String name) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin:/sbin";
    that(
        List.of(path.split(File.pathSeparator, -1)).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))),
        name + " is not installed");
  }

  /** Goes on where it is so. */
  public static void that(boolean is, String otherwise) {
    if (!is && "true".equals(System.getenv(REQUIRE))) {
      fail(otherwise + ", and " + REQUIRE + " is set");
    }
    Assumptions.assumeTrue(is, otherwise);
  }
}
