package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.sealosbuild.testing.Requires;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of RUN when Jenkins ends the engine. */
class AbortTest {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String SECONDS = "86399";

  @TempDir Path workspace;

  @Test
  @Timeout(60)
  void theCommandsOfRunEndWithTheEngine() throws Exception {
    EngineProcess.jar();
    Requires.that(Files.isExecutable(BUSYBOX), "busybox is not installed");
    Files.copy(BUSYBOX, workspace.resolve("busybox"));
    Files.writeString(
        workspace.resolve("Dockerfile"),
        """
        FROM scratch
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "sh", "-c", "echo sleeping; exec /bin/busybox sleep %s"]
        """
            .formatted(SECONDS));
    List<String> arguments =
        BuildCommand.arguments(
            Settings.of(Map.of("isolation", "chroot"), text -> text),
            new HandedFiles(),
            workspace.resolve("store").toString());

    Process engine = EngineProcess.start(workspace, arguments);
    try {
      BufferedReader told = engine.errorReader();
      String line = told.readLine();
      while (line != null && !line.contains("\"sleeping\"")) {
        line = told.readLine();
      }
      assertThat(line).as("the line that the command of RUN prints").isNotNull();
      List<ProcessHandle> started = engine.descendants().toList();
      assertThat(started).isNotEmpty();

      engine.destroyForcibly();

      for (ProcessHandle process : started) {
        CompletableFuture<ProcessHandle> end = process.onExit();
        assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo(process);
      }
    } finally {
      engine.destroyForcibly();
    }
  }
}
