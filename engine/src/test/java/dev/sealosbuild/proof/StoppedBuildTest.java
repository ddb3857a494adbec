package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build that is asked to end while a command of it is at work. */
class StoppedBuildTest {
  private static final String INSTRUCTIONS =
      """
      FROM scratch
      COPY busybox /bin/busybox
      RUN --mount=type=secret,id=s --mount=type=secret,id=s,env=S --mount=type=cache,target=/cache \
      ["/bin/busybox", "sh", "-c", "echo kept > /cache/kept; /bin/busybox test -s /run/secrets/s && echo waiting; exec /bin/busybox sleep 1000"]
      """;
  private static final int SIGTERM_STATUS = 143;
  private static final String SECRET = "secret-" + UUID.randomUUID();

  @TempDir Path folder;

  private Tree context;

  @BeforeEach
  void writesTheContext() throws IOException {
    Requires.root();
    Requires.program("busybox");
    context = new Tree(folder.resolve("context"));
    context.busybox("busybox").file("Dockerfile", INSTRUCTIONS);
    Files.writeString(folder.resolve("secret"), SECRET);
  }

  @Test
  void leavesNoSecretAndKeepsItsCaches() throws Exception {
    stop(List.of());
  }

  @Test
  void leavesNoSecretAndKeepsItsCachesWithoutTheRightToMount() throws Exception {
    Requires.program("setpriv");
    stop(List.of("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"));
  }

  private void stop(List<String> wrapper) throws Exception {
    Engine engine = new Engine(folder.resolve("store"));
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        engine.command(
            List.of(),
            context.root(),
            "--isolation=chroot",
            "--secret=id=s,src=" + folder.resolve("secret")));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (!Files.readString(log).contains(" waiting\n")
        && !process.waitFor(10, TimeUnit.MILLISECONDS)) {
      Thread.onSpinWait();
    }
    process.destroy();

    assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(SIGTERM_STATUS);
    assertThat(withSecret(engine.root())).isEmpty();
    assertThat(withSecret(Path.of("/dev/shm/sealos-build-0"))).isEmpty();
    assertThat(files(engine.root().resolve("mounts"))).anyMatch(file -> file.endsWith("kept"));
  }

  private static List<Path> withSecret(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files(directory)) {
      if (hasSecret(file)) {
        found.add(file);
      }
    }
    return found;
  }

  private static boolean hasSecret(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (NoSuchFileException e) {
      return false; // another build's, which has removed it
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException e) {
      return files(directory); // a file of another build went while the folder was read
    }
  }
}
