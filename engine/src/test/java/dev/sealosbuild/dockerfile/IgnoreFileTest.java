package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class IgnoreFileTest {

  private static IgnoreFile rules(String... lines) {
    return IgnoreFile.parse(new Source(".dockerignore", String.join("\n", lines)));
  }

  @Test
  void aFileWithoutPatternsIgnoresNothing() {
    IgnoreFile rules = rules("# comment", "", "   ", "\t");

    assertThat(rules.isEmpty()).isTrue();
    assertThat(rules.ignores("# comment")).isFalse();
  }

  @Test
  void aPatternCountsFromTheTopOfTheContext() {
    IgnoreFile rules = rules("*.md", "temp?", "dir/sub");

    assertThat(rules.ignores("README.md")).isTrue();
    assertThat(rules.ignores("docs/README.md")).isFalse();
    assertThat(rules.ignores("tempa")).isTrue();
    assertThat(rules.ignores("temp")).isFalse();
    assertThat(rules.ignores("dir/sub")).isTrue();
    assertThat(rules.ignores("dir")).isFalse();
  }

  @Test
  void whatIsBelowAnIgnoredDirectoryIsIgnoredToo() {
    IgnoreFile rules = rules("node_modules", "a*/b");

    assertThat(rules.ignores("node_modules/x/y.js")).isTrue();
    assertThat(rules.ignores("node_modules2/x")).isFalse();
    assertThat(rules.ignores("a1/b/c/d")).isTrue();
  }

  @Test
  void slashesDotsAndSpacesAreCleanedAway() {
    IgnoreFile rules =
        rules("  /rooted/  ", "./here", "a/../b", "c//d/", "e\r", "/ f", "g /", "/!c//d/x");

    assertThat(rules.ignores("rooted/file")).isTrue();
    assertThat(rules.ignores("here")).isTrue();
    assertThat(rules.ignores("b")).isTrue();
    assertThat(rules.ignores("a")).isFalse();
    assertThat(rules.ignores("c/d")).isTrue();
    assertThat(rules.ignores("e")).isTrue();
    assertThat(rules.ignores("f")).isTrue();
    assertThat(rules.ignores("g")).isTrue();
    assertThat(rules.ignores("c/d/x")).isFalse();
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertThat(rules("\ufeff# comment", "x").ignores("x")).isTrue();
    assertThat(rules("\ufeffx").ignores("x")).isTrue();
  }

  @Test
  void whatLiesOutsideOfTheContextAndTheContextItselfCannotBeIgnored() {
    IgnoreFile rules = rules(".", "/", "..", "../x", "/../y");

    assertThat(rules.ignores("")).isFalse();
    assertThat(rules.ignores("a")).isFalse();
    assertThat(rules.ignores("x")).isFalse();
    assertThat(rules.ignores("y")).isTrue();
  }

  @Test
  void anExclamationMarkTakesBackInAndTheLastPatternDecides() {
    IgnoreFile rules = rules("*.md", "!README*.md", "README-secret.md");

    assertThat(rules.ignores("notes.md")).isTrue();
    assertThat(rules.ignores("README.md")).isFalse();
    assertThat(rules.ignores("README-1.md")).isFalse();
    assertThat(rules.ignores("README-secret.md")).isTrue();
    assertThat(rules("!keep", "keep").ignores("keep")).isTrue();
    assertThat(rules("keep", "! keep").ignores("keep")).isFalse();
  }

  @Test
  void aFileBelowAnIgnoredDirectoryCanBeTakenBackIn() {
    IgnoreFile rules = rules("vendor", "!vendor/keep", "vendor/keep/not");

    assertThat(rules.ignores("vendor/x")).isTrue();
    assertThat(rules.ignores("vendor/keep")).isFalse();
    assertThat(rules.ignores("vendor/keep/file")).isFalse();
    assertThat(rules.ignores("vendor/keep/not/file")).isTrue();
  }

  @Test
  void everythingButAFewNamesIsACommonFile() {
    IgnoreFile rules = rules("*", "!charts", "!registry/**", "**/*.tmp");

    assertThat(rules.ignores("Makefile")).isTrue();
    assertThat(rules.ignores("charts/a/values.yaml")).isFalse();
    assertThat(rules.ignores("charts/a/x.tmp")).isTrue();
    assertThat(rules.ignores("registry/docker/x")).isFalse();
  }

  @Test
  void aBackslashMakesACharacterOrdinary() {
    IgnoreFile rules = rules("\\#name", "\\!name", "a\\*b", "[a-c].txt");

    assertThat(rules.ignores("#name")).isTrue();
    assertThat(rules.ignores("!name")).isTrue();
    assertThat(rules.ignores("a*b")).isTrue();
    assertThat(rules.ignores("axb")).isFalse();
    assertThat(rules.ignores("b.txt")).isTrue();
    assertThat(rules.ignores("d.txt")).isFalse();
  }

  @Test
  void aWalkLeavesOutDirectoriesThatNothingCanComeBackFrom() {
    IgnoreFile rules = rules("!early/x", "early", "late", "!late/x/*.txt", "other");

    assertThat(mayReinclude(rules, "early")).isFalse();
    assertThat(mayReinclude(rules, "late")).isTrue();
    assertThat(mayReinclude(rules, "late/x")).isTrue();
    assertThat(mayReinclude(rules, "late/y")).isFalse();
    assertThat(mayReinclude(rules, "other")).isFalse();
  }

  /** As buildah and Docker's own builder have it; BuildKit looks everywhere. */
  @Test
  void anExceptionLeadsIntoAnIgnoredDirectoryOnlyByItsPath() {
    assertThat(mayReinclude(rules("a", "!**/keep"), "a")).isFalse();
    assertThat(rules("a", "!**/keep").ignores("a/keep")).isTrue();
    assertThat(rules("a", "!*/keep*").ignores("a/keep")).isTrue();
    assertThat(rules("a", "!a/*/keep").ignores("a/b/keep")).isTrue();
    assertThat(rules("a", "!a/b/keep*").ignores("a/b/keep1")).isFalse();
    assertThat(rules("*.o", "!**/keep.o").ignores("a/keep.o")).isFalse();
  }

  private static boolean mayReinclude(IgnoreFile rules, String directory) {
    IgnoreFile.Verdict verdict = rules.root();
    for (int slash = directory.indexOf('/'); slash >= 0; ) {
      verdict = rules.verdict(verdict, directory.substring(0, slash));
      slash = directory.indexOf('/', slash + 1);
    }
    verdict = rules.verdict(verdict, directory);
    assertThat(verdict.ignored()).isTrue();
    return rules.mayReincludeBelow(verdict, directory);
  }

  @Test
  void aWrongPatternIsToldWithItsLine() {
    assertThatThrownBy(() -> rules("ok", "", "  a[b"))
        .isInstanceOf(InstructionException.class)
        .hasMessage(
            ".dockerignore:3:3: the pattern \"a[b\" has a class that is not closed at character 2")
        .extracting(e -> ((InstructionException) e).lineText())
        .isEqualTo("  a[b");
    assertThatThrownBy(() -> rules("!")).hasMessage(".dockerignore:1:1: \"!\" has no pattern");
  }

  @Test
  void tooManyPatternsAreRefused() {
    assertThatThrownBy(() -> rules("a\n".repeat(IgnoreFile.MAX_RULES + 1)))
        .hasMessage(".dockerignore:10001:1: there are more than 10000 patterns");
    assertThatThrownBy(() -> rules("a".repeat(IgnoreFile.MAX_TEXT + 1)))
        .hasMessageContaining("longer than 1048576 characters");
  }

  @Test
  void fortyThousandPathsAreSoonDecided() {
    List<String> lines = new ArrayList<>(List.of("**/*.class", "**/node_modules", "!**/keep"));
    for (int i = 0; i < 50; i++) {
      lines.add("dir" + i + "/**/*.log");
    }
    IgnoreFile rules = rules(lines.toArray(String[]::new));
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          int ignored = 0;
          for (int i = 0; i < 40_000; i++) {
            String path =
                "dir" + i % 100 + "/sub" + i % 7 + "/file" + i + (i % 2 == 0 ? ".log" : "");
            ignored += rules.ignores(path) ? 1 : 0;
          }
          assertThat(ignored).isEqualTo(10_000);
        });
  }
}
