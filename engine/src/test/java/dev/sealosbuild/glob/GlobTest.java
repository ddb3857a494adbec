package dev.sealosbuild.glob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "abc, abc, true",
    "abc, abcd, false",
    "abc, ab, false",
    "*, abc, true",
    "*, a/b, false",
    "*, '', true",
    "a*, abc, true",
    "a*, b, false",
    "*c, abc, true",
    "a*c, ac, true",
    "a*c, abbc, true",
    "a*c, abcb, false",
    "a*b*c, a1b2c, true",
    "a*a, a, false",
    "a?c, abc, true",
    "a?c, a/c, false",
    "a?c, ac, false",
    "?, 국, true",
    "?, 😀, true",
    "[a-c]x, bx, true",
    "[a-c]x, dx, false",
    "[^a-c]x, dx, true",
    "[^a-c]x, ax, false",
    "[abc], c, true",
    "[!a], !, true",
    "'[\\]]', ], true",
    "'\\*', '*', true",
    "'\\*', a, false",
    "'a\\[b', 'a[b', true",
    "a/*/c, a/b/c, true",
    "a/*/c, a/b/b/c, false",
    "charts/*.tgz, charts/a.tgz, true",
    "charts/*.tgz, charts/sub/a.tgz, false",
  })
  void aPatternMatchesAsGosFilepathDoes(String pattern, String path, boolean expected) {
    assertThat(Glob.ofPath(pattern).matches(path)).isEqualTo(expected);
    assertThat(Glob.ofIgnoreRule(pattern).matches(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "**, a/b/c, true",
    "**/c, c, true",
    "**/c, a/b/c, true",
    "**/c, a/bc, false",
    "a/**, a/b/c, true",
    "a/**, ab, false",
    "a/**/c, a/c, true",
    "a/**/c, a/x/y/c, true",
    "a/**/c, a/xc, false",
    "**/*.go, x.go, true",
    "**/*.go, a/b/x.go, true",
    "**/a/**/b, x/a/y/b, true",
  })
  void twoStarsCrossElements(String pattern, String path, boolean expected) {
    assertThat(Glob.ofPath(pattern).matches(path)).isEqualTo(expected);
    assertThat(Glob.ofIgnoreRule(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void twoStarsWithinAnElementDependOnWhoseRulesTheyAre() {
    assertThat(Glob.ofPath("a**").matches("abc")).isTrue();
    assertThat(Glob.ofPath("a**").matches("ab/c")).isFalse();
    assertThat(Glob.ofIgnoreRule("a**").matches("ab/c")).isTrue();
    assertThat(Glob.ofIgnoreRule("**foo").matches("a/barfoo")).isTrue();
    assertThat(Glob.ofIgnoreRule("a**b").matches("ab")).isTrue();
    assertThat(Glob.ofIgnoreRule("a**b").matches("ax/b")).isTrue();
    assertThat(Glob.ofIgnoreRule("a**b").matches("axb")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/*.txt, a, true",
    "a/b/*.txt, a/b, true",
    "a/b/*.txt, a/c, false",
    "a/b/*.txt, a/b/c, false",
    "a/b, a, true",
    "a/b, a/b, false",
    "a/b, '', true",
    "*/x, a, true",
    "*/x, a/b, false",
    "**/x, a/b/c, true",
    "a/**, b, false",
    "a/**, a/b, true",
  })
  void aWalkIsToldWhereAMatchMayBe(String pattern, String directory, boolean expected) {
    assertThat(Glob.ofPath(pattern).mayMatchBelow(directory)).isEqualTo(expected);
  }

  @Test
  void aPatternWithoutWildcardsIsTheOnePathThatItMatches() {
    Glob glob = Glob.ofPath("a\\*b");

    assertThat(glob.isLiteral()).isTrue();
    assertThat(glob.literalPrefix()).isEqualTo("a*b");
    assertThat(Glob.ofPath("a*b").isLiteral()).isFalse();
    assertThat(Glob.ofPath("dir/a*b").literalPrefix()).isEqualTo("dir/a");
    assertThat(Glob.hasWildcard("a[b")).isTrue();
    assertThat(Glob.hasWildcard("a b")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[a", "[]", "[]a]", "[a-]", "[-]", "[z-a]", "a\\", "[a\\"})
  void aPatternThatIsNoneIsRefused(String pattern) {
    assertThatThrownBy(() -> Glob.ofPath(pattern))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("the pattern \"" + pattern + "\"");
  }

  @Test
  void aPatternLongerThanAnyPathIsRefused() {
    assertThatThrownBy(() -> Glob.ofPath("a".repeat(Glob.MAX_LENGTH + 1)))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("4097 characters");
  }

  @Test
  void aHostilePatternTakesNoLongerThanItsLengthTimesThatOfThePath() {
    Glob glob = Glob.ofIgnoreRule("*a".repeat(200) + "**/b".repeat(200) + "c");
    String path = "a".repeat(2000) + "/b".repeat(1000) + "d/c";

    Assertions.assertTimeout(
        Duration.ofSeconds(10), () -> assertThat(glob.matches(path)).isFalse());
  }
}
