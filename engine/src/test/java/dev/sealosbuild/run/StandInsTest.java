package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandInsTest {
  private static final int FILES = 5000;

  @TempDir Path folder;

  @Test
  void areOutOfTheRootWhenTheProcessMayEndAlsoWhenAnotherThreadIsRemovingThem() throws Exception {
    Tree source = new Tree(folder.resolve("source"));
    for (int i = 0; i < FILES; i++) {
      source.file("f" + i, "secret");
    }
    Path root = Files.createDirectory(folder.resolve("root"));
    List<Mount> mounts = List.of(new Mount.Bind(source.root(), "/run/secrets", true));
    MountPoints points =
        MountPoints.inDirectory(root, List.of(MountPoints.Target.of(mounts.get(0))));
    StandIns standIns = StandIns.place(points, mounts, ScratchFolder.in(folder));
    Path removedFirst = last(files(root));
    Thread remover = new Thread(standIns::close);

    remover.start();
    while (Files.exists(removedFirst)) {
      Thread.onSpinWait();
    }
    StandIns.closeAll();

    assertThat(files(root)).isEmpty();
    remover.join();
  }

  private static Path last(List<Path> paths) {
    return paths.get(paths.size() - 1);
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
