package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a timestamp, the same inputs make the same digest, whatever the machine has of cores. */
class SameDigestTest {
  private static final String INSTRUCTIONS =
      "FROM scratch\nCOPY text /text\nCOPY noise mixed /other/\nENV A=1\nCMD [\"a\"]\n";

  @TempDir static Path folder;

  private static Path context;
  private static String expected;

  @BeforeAll
  static void buildsOnceAsALibrary() throws Exception {
    Tree tree = new Tree(folder.resolve("context"));
    tree.file("text/large", "a line that compresses, number 0123456789\n".repeat(200_000));
    for (int i = 0; i < 300; i++) {
      tree.file("text/small/" + i, "small " + i);
    }
    tree.noise("noise", 5_000_000, 1).noise("mixed/half", 3_000_000, 2);
    tree.file("mixed/other-half", "x".repeat(3_000_001));
    context = tree.root();
    expected =
        new Engine(folder.resolve("library"))
            .build(context, INSTRUCTIONS, request -> request.layers().timestamp(Instant.EPOCH))
            .digest();
    Files.writeString(folder.resolve("Containerfile"), INSTRUCTIONS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void everyNumberOfProcessorsMakesTheSame(int processors) {
    Engine engine = new Engine(folder.resolve("store" + processors));

    engine.run(command(engine, List.of("-XX:ActiveProcessorCount=" + processors)));

    assertThat(engine.image().digest()).isEqualTo(expected);
  }

  @Test
  void aProcessBoundToOneCoreMakesTheSame() {
    Requires.program("taskset");
    Engine engine = new Engine(folder.resolve("bound"));
    List<String> command = new ArrayList<>(List.of("taskset", "-c", "0"));
    command.addAll(command(engine, List.of()));

    engine.run(command);

    assertThat(engine.image().digest()).isEqualTo(expected);
  }

  @Test
  void filesOfOtherTimesMakeTheSame() {
    new Tree(context).settle();

    assertThat(
            new Engine(folder.resolve("settled"))
                .build(context, INSTRUCTIONS, request -> request.layers().timestamp(Instant.EPOCH))
                .digest())
        .isEqualTo(expected);
  }

  @Test
  void anUnchangedBuildInTheSameStoreMakesTheSame() {
    Engine engine = new Engine(folder.resolve("library"));

    assertThat(
            engine
                .build(context, INSTRUCTIONS, request -> request.layers().timestamp(Instant.EPOCH))
                .digest())
        .isEqualTo(expected);
  }

  private static List<String> command(Engine engine, List<String> javaOptions) {
    return engine.command(
        javaOptions, context, "--timestamp", "0", "-f", folder.resolve("Containerfile").toString());
  }
}
