package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The working directory of this test is a folder of the repository that it takes for its own. */
class SourceFilesTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  @Test
  void ofTwoFilesOfANameTheContextsIsMeant() {
    assertThat(in(Map.of("INPUT_CONTEXT", "../engine")).inRepository("pom.xml"))
        .isEqualTo("engine/pom.xml");
    assertThat(in(Map.of()).inRepository("pom.xml")).isEqualTo("github-action/pom.xml");
  }

  @Test
  void ofTwoFilesThatTheInputFileNamesTheWorkspacesIsMeant() {
    Map<String, String> inputs = Map.of("INPUT_CONTEXT", "../engine", "INPUT_FILE", "pom.xml");

    assertThat(in(inputs).inRepository("pom.xml")).isEqualTo("github-action/pom.xml");
  }

  @Test
  void aFileThatTheContextLacksIsTheWorkspaces() {
    assertThat(in(Map.of("INPUT_CONTEXT", "src")).inRepository("pom.xml"))
        .isEqualTo("github-action/pom.xml");
  }

  @Test
  void whatIsNotInTheRepositoryHasNoPath() {
    SourceFiles files = in(Map.of("INPUT_CONTEXT", "https://example.com/a\0b"));

    assertThat(files.inRepository("missing")).isEmpty();
    assertThat(files.inRepository("../../../../../../../../etc/passwd")).isEmpty();
  }

  private static SourceFiles in(Map<String, String> inputs) {
    return new SourceFiles(new Inputs(inputs), Map.of("GITHUB_WORKSPACE", REPOSITORY.toString()));
  }
}
