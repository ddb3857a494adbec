package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples come out as buildah makes them. */
class ExampleTest {
  private static final List<String> FILES =
      List.of("Sealfile", "Kubefile", "Dockerfile", "Containerfile");

  @TempDir Path folder;

  static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("examples"))) {
      return folders.filter(folder -> instructionFile(folder) != null).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsBuiltAsBuildahBuildsIt(Path example) throws IOException {
    Buildah.require();
    String name = "docker.io/library/example:latest";
    Path root = folder.resolve("store");
    try (ImageStore store = ImageStore.open(root)) {
      BuildRequest.Builder request = BuildRequest.of(example);
      request.output().tag(ImageReference.parse(name));
      new ImageBuilder(store, Progress.silent()).build(request.build());
    }
    ImageContents ours = ImageContents.read(root, name);

    try (Buildah buildah = new Buildah(folder.resolve("buildah"))) {
      ImageContents theirs = buildah.build(example, Files.readString(instructionFile(example)));

      assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
      assertThat(Buildah.withoutDigests(ours.createdBy()))
          .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
    }
  }

  private static Path instructionFile(Path folder) {
    return FILES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }
}
