package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.image.ImageReference;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealIgnoreTest {
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir private Path directory;

  @Test
  void anImageIsMeantByTheNameAsWrittenAndByItsOtherForms() {
    String image = "nginx:1@" + DIGEST;

    for (String line :
        new String[] {
          image, "docker.io/library/nginx:1", "docker.io/library/" + image, "nginx:1", "\"nginx:1\""
        }) {
      assertThat(isLeftOut(line, image)).as(line).isTrue();
    }
    assertThat(isLeftOut("nginx", image)).isFalse();
    assertThat(isLeftOut("nginx:2", image)).isFalse();
    assertThat(isLeftOut("nginx", "nginx")).isTrue();
  }

  @Test
  void aStarStandsForAnyCharacters() {
    assertThat(isLeftOut("quay.io/*", "quay.io/a/b:1")).isTrue();
    assertThat(isLeftOut("*/b:*", "quay.io/a/b:1")).isTrue();
    assertThat(isLeftOut("*", "a")).isTrue();
    assertThat(isLeftOut("quay.io/*:2", "quay.io/a/b:1")).isFalse();
    assertThat(SealIgnore.matches("*a*a*a*a*a*a*b", "a".repeat(5000))).isFalse();
  }

  @Test
  void theLastLineThatMatchesDecides() {
    assertThat(isLeftOut("quay.io/*\n!quay.io/a/b:1", "quay.io/a/b:1")).isFalse();
    assertThat(isLeftOut("!quay.io/a/b:1\nquay.io/*", "quay.io/a/b:1")).isTrue();
  }

  @Test
  void commentsAndBlankLinesAreNothing() {
    assertThat(isLeftOut("# nginx\n\n", "nginx")).isFalse();
  }

  @Test
  void anExclamationMarkAloneIsAMistake() {
    assertThatThrownBy(() -> SealIgnore.parse("a\n!"))
        .hasMessage(".sealignore:2: \"!\" has no name");
  }

  @Test
  void whatIsLeftOutIsToldWithTheLine() {
    SearchedContext context =
        new SearchedContext(directory)
            .file(".sealignore", "# not needed\r\nquay.io/*\r\n")
            .file("images/shim/list", "quay.io/a/b:1\nnginx");

    Discovery found = context.discover();

    assertThat(context.images()).containsExactly("nginx:latest");
    assertThat(found.leftOut()).hasSize(1);
    assertThat(found.leftOut().get(0).image().reference()).hasToString("quay.io/a/b:1");
    assertThat(found.leftOut().get(0).line()).isEqualTo(2);
    assertThat(found.leftOut().get(0).pattern()).isEqualTo("quay.io/*");
  }

  private static boolean isLeftOut(String rules, String image) {
    return SealIgnore.parse(rules).ruleFor(ImageReference.parse(image), Set.of(image)) != null;
  }
}
