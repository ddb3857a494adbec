package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A build that is killed leaves nothing that harms the next one. */
class KilledBuildTest {
  private static final int LAYER_BYTES = 40_000_000;
  private static final String INSTRUCTIONS =
      "FROM scratch\nCOPY one /\nCOPY two /\nCOPY three /\nCOPY four /\n";
  private static final int SIGKILL_STATUS = 137;

  @TempDir static Path folder;

  private static Path context;
  private static String expected;

  /** When a build is killed. */
  private enum Moment {
    FIRST_BYTES(0, true),
    FIRST_BLOB(1, false),
    BYTES_AFTER_THE_FIRST_BLOB(1, true),
    SECOND_BLOB(2, false),
    BYTES_AFTER_THE_SECOND_BLOB(2, true);

    private final int blobs;
    private final boolean unfinished;

    Moment(int blobs, boolean unfinished) {
      this.blobs = blobs;
      this.unfinished = unfinished;
    }

    boolean hasCome(Path root) throws IOException {
      return files(root.resolve("blobs/sha256")).size() >= blobs
          && (!unfinished || !files(root.resolve("tmp")).isEmpty());
    }
  }

  @BeforeAll
  static void buildsOnceUndisturbed() throws Exception {
    Tree tree = new Tree(folder.resolve("context"));
    int seed = 0;
    for (String name : List.of("one", "two", "three", "four")) {
      tree.noise(name, LAYER_BYTES, seed++);
    }
    context = tree.root();
    Files.writeString(folder.resolve("Containerfile"), INSTRUCTIONS);
    expected = build(new Engine(folder.resolve("undisturbed")));
  }

  @ParameterizedTest
  @EnumSource
  void theNextBuildIsRightAndLeavesNothing(Moment moment) throws Exception {
    Engine engine = new Engine(folder.resolve(moment.name()));
    killAt(moment, engine);

    assertThat(build(engine)).isEqualTo(expected);
    assertThat(files(engine.root().resolve("tmp"))).isEmpty();
  }

  private static String build(Engine engine) {
    return engine
        .build(context, INSTRUCTIONS, request -> request.layers().timestamp(Instant.EPOCH))
        .digest();
  }

  private static void killAt(Moment moment, Engine engine) throws Exception {
    String file = folder.resolve("Containerfile").toString();
    Path log = folder.resolve(moment + ".log");
    Process process =
        new ProcessBuilder(engine.command(List.of(), context, "--timestamp", "0", "-f", file))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (!moment.hasCome(engine.root()) && !process.waitFor(1, TimeUnit.MILLISECONDS)) {
      Thread.onSpinWait();
    }
    process.destroyForcibly();
    assertThat(process.waitFor())
        .as("killed before its end: %s", Files.readString(log))
        .isEqualTo(SIGKILL_STATUS);
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // a file went while the folder was read: look again
    }
  }
}
