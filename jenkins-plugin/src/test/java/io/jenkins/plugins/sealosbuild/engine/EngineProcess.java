package io.jenkins.plugins.sealosbuild.engine;

import io.jenkins.plugins.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The engine as the plugin starts it: a process of its JAR. */
final class EngineProcess {
  private static final Path JAR = Path.of("../engine/target/sealos-build.jar").toAbsolutePath();

  private EngineProcess() {}

  /** The engine's JAR; where it is not packaged yet, the test is skipped. */
  static String jar() {
    Requires.that(Files.isRegularFile(JAR), "the engine is not packaged; mvn verify does that");
    return JAR.normalize().toString();
  }

  /** Starts it in a directory. */
  static Process start(Path directory, List<String> arguments) throws IOException {
    Path script = Files.createTempFile(directory, "run", ".sh");
    Files.writeString(
        script, JavaCommand.script(java(), "-Xmx256m", jar(), arguments, "/dev/null"));
    return new ProcessBuilder("sh", script.toString()).directory(directory.toFile()).start();
  }

  /** Runs it; what it tells goes to the log. */
  static int run(Path directory, List<String> arguments, ProgressLog log)
      throws IOException, InterruptedException {
    Process process = start(directory, arguments);
    process.getOutputStream().close();
    Thread output = new Thread(() -> drop(process.getInputStream()));
    output.start();
    process.getErrorStream().transferTo(log);
    output.join();
    return process.waitFor();
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static void drop(InputStream in) {
    try (in) {
      in.skipNBytes(Long.MAX_VALUE);
    } catch (IOException e) {
      // its end
    }
  }
}
