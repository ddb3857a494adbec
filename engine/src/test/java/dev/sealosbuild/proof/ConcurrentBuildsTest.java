package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many builds share one store at the same time. */
class ConcurrentBuildsTest {
  private static final int BUILDS = 8;
  private static final String INSTRUCTIONS = "FROM scratch\nCOPY common /\nCOPY own /\n";

  @TempDir Path folder;

  @Test
  void eightProcessesInOneStoreEachMakeTheirImage() throws Exception {
    Path file = Files.writeString(folder.resolve("Containerfile"), INSTRUCTIONS);
    Engine shared = new Engine(folder.resolve("shared"));
    ExecutorService threads = Executors.newFixedThreadPool(BUILDS);
    List<CompletableFuture<Program.Outcome>> builds = new ArrayList<>();
    for (int i = 0; i < BUILDS; i++) {
      String[] options = {"--timestamp", "0", "-f", file.toString(), "-t", "build" + i};
      List<String> command = shared.command(List.of(), context(i), options);
      builds.add(CompletableFuture.supplyAsync(() -> shared.run(command), threads));
    }
    builds.forEach(CompletableFuture::join);
    threads.shutdown();

    for (int i = 0; i < BUILDS; i++) {
      String alone =
          new Engine(folder.resolve("alone" + i))
              .build(context(i), INSTRUCTIONS, request -> request.layers().timestamp(Instant.EPOCH))
              .digest();
      assertThat(
              ImageContents.read(shared.root(), "docker.io/library/build" + i + ":latest").digest())
          .isEqualTo(alone);
    }
  }

  /** Half of the builds have the same context as another. */
  private Path context(int build) {
    Tree tree = new Tree(folder.resolve("context" + build / 2));
    if (!Files.exists(tree.root())) {
      tree.noise("common", 8_000_000, 1).noise("own", 4_000_000, 2 + build / 2).settle();
    }
    return tree.root();
  }
}
