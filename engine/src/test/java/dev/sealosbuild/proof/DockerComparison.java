package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Docker;
import dev.sealosbuild.testing.ImageContents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the engine makes of the conformance suite's cases with what docker makes: the file
 * systems and the configurations. Histories differ from builder to builder.
 */
final class DockerComparison implements AutoCloseable {
  /**
   * What only docker's own format can say, and the mark of an exec form, which no runtime reads any
   * more: the comparison goes without.
   */
  private static final Set<String> DOCKERS_OWN =
      Set.of("ArgsEscaped", "Healthcheck", "OnBuild", "Shell");

  private final Docker docker;
  private final List<String> base;

  /**
   * @param root files of the suite's base
   * @param instructions that make the base of them
   */
  DockerComparison(Docker docker, Path root, Path instructions) {
    this.docker = docker;
    this.base = docker.keepBase(List.of("-f", instructions.toString(), root.toString())).listing();
  }

  /**
   * Builds the case with docker.
   *
   * @param baseOfOthers what the base is called in the case's files
   */
  void compare(ConformanceCase it, CaseFolder files, String baseOfOthers, ImageFacts ours) {
    List<String> arguments = files.arguments(it);
    useBase(arguments, baseOfOthers);
    ImageContents image = docker.build(arguments);
    if (image == null) {
      assertThat(ours.entries()).as("the file system").isEmpty();
      return;
    }
    ImageFacts theirs = ImageFacts.of(image, base);
    // The times of the base's files are not those of docker's base, which has no --timestamp.
    assertThat(ours.entriesWithoutTimes())
        .as("docker's file system")
        .containsExactlyElementsOf(theirs.entriesWithoutTimes());
    assertThat(comparable(ours.config()))
        .as("docker's configuration")
        .isEqualTo(comparable(theirs.config()));
  }

  @Override
  public void close() {
    docker.close();
  }

  /** Puts docker's name of the base into the options and into a copy of the instruction file. */
  private void useBase(List<String> arguments, String baseOfOthers) {
    arguments.replaceAll(argument -> argument.replace(baseOfOthers, docker.baseName()));
    int flag = arguments.indexOf("-f");
    if (flag < 0) {
      return;
    }
    Path file = Path.of(arguments.get(flag + 1));
    Path own = file.resolveSibling(file.getFileName() + ".docker");
    try {
      Files.writeString(own, Files.readString(file).replace(baseOfOthers, docker.baseName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    arguments.set(flag + 1, own.toString());
  }

  /** BuildKit always says where commands are looked for and that work begins at the root. */
  private static Map<String, String> comparable(Map<String, String> config) {
    Map<String, String> kept = new TreeMap<>(config);
    kept.keySet().removeAll(DOCKERS_OWN);
    kept.computeIfPresent("Env", (name, value) -> withoutPath(value));
    kept.remove("WorkingDir", "\"/\"");
    return kept;
  }

  private static @Nullable String withoutPath(String env) {
    String rest = env.replace("\"PATH\",", "").replace(",\"PATH\"", "").replace("\"PATH\"", "");
    return rest.equals("[]") ? null : rest;
  }
}
