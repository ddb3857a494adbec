package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelmLibraryTest {
  @TempDir private Path directory;

  @Test
  void aSignalStillEndsTheProcessInOrderAfterAChartWasRendered() throws Exception {
    Process process = start(Path.of(System.getProperty("basedir", ".")), "once");
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("[a:1]");
      process.toHandle().destroy(); // SIGTERM; it leaves the streams open
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(out.readLine()).isEqualTo("ended in order");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theLibraryIsUnpackedOnce() throws Exception {
    Path libraries = directory.resolve("target/libraries");
    renderIn("first");
    List<Path> unpacked = list(libraries);
    FileTime time = Files.getLastModifiedTime(unpacked.get(0));

    renderIn("second");

    assertThat(list(libraries)).isEqualTo(unpacked);
    assertThat(unpacked)
        .singleElement()
        .satisfies(
            file ->
                assertThat(file.getFileName().toString()).matches("helm-[0-9a-f]+-[a-z0-9]+\\.so"));
    assertThat(Files.getLastModifiedTime(unpacked.get(0))).isEqualTo(time);
  }

  private void renderIn(String name) throws Exception {
    Process process = start(directory, name);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("[a:1]");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** A process of its own, as a library is loaded into one only once. */
  private Process start(Path base, String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Dbasedir=" + base,
            RenderAndWait.class.getName(),
            directory.resolve(name).toString())
        .redirectErrorStream(true)
        .start();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
