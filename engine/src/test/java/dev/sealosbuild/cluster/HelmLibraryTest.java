package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelmLibraryTest {
  @TempDir private Path directory;

  @Test
  void aSignalStillEndsTheProcessInOrderAfterAChartWasRendered() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dbasedir=" + System.getProperty("basedir", "."),
                RenderAndWait.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
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
    new SearchedContext(directory)
        .chart("charts/a", "", "spec: {containers: [{image: a:1}]}")
        .images();

    try (var files = Files.list(SearchedContext.LIBRARIES)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertThat(names).singleElement().asString().matches("helm-[0-9a-f]+-[a-z0-9]+\\.so");
    }
  }
}
