package dev.sealosbuild.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code # check=} says, at the top of a file and before an instruction. */
class CheckDirectiveTest {
  private static final LintContext CONTEXT = LintContext.of(new Platform("linux", "amd64", null));
  private static final String TWO = "FROM scratch as base\ncopy a b\n";

  private static LintReport check(String text) {
    return Lint.check(InstructionParser.parse(new Source("Kubefile", text)), CONTEXT);
  }

  private static List<String> rules(LintReport report) {
    return report.warnings().stream().map(Warning::rule).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "#check=skip=all |",
        "# check = skip = all ; error = true |",
        "# CHECK=skip=FromAsCasing,ConsistentInstructionCasing;error=true |",
        "# check=skip=ConsistentInstructionCasing | FromAsCasing",
        "# check=skip=ConsistentInstructionCasing, FromAsCasing |",
        "# check=skip=NoSuchRule | FromAsCasing ConsistentInstructionCasing",
        "# check=error=false | FromAsCasing ConsistentInstructionCasing",
        "# check=experimental=all | FromAsCasing ConsistentInstructionCasing",
      })
  void rulesAreSkippedForTheWholeFile(String directive, String left) {
    LintReport report = check(directive + "\n" + TWO);

    assertThat(rules(report)).isEqualTo(left == null ? List.of() : List.of(left.split(" ")));
    assertThat(report.failing()).isFalse();
    assertThatCode(report::requireAccepted).doesNotThrowAnyException();
  }

  @Test
  void errorTrueMakesViolationsFailTheBuild() {
    LintReport report = check("# check=error=true\n" + TWO);

    assertThat(report.failing()).isTrue();
    assertThatThrownBy(report::requireAccepted)
        .isInstanceOf(BuildException.class)
        .hasMessage(
            "the checks of the instruction file found violations of ConsistentInstructionCasing,"
                + " FromAsCasing")
        .extracting(e -> ((BuildException) e).remedy())
        .asString()
        .contains("# check=skip=RULE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "# check=skip | 9 | the check option \"skip\" is not known",
        "# check=skip=all;;error=true | 18 | the check option \"\" is not known",
        "# check=skip=all;eror=true | 18 | the check option \"eror=true\" is not known",
        "# check=error=yes | 9 | the check option \"error=yes\" is not true or false",
      })
  void aMalformedDirectiveIsAMistakeAtItsPlace(String directive, int column, String problem) {
    assertThatThrownBy(() -> check(directive + "\n" + TWO))
        .isInstanceOfSatisfying(
            InstructionException.class,
            e -> {
              assertThat(e.line()).isEqualTo(1);
              assertThat(e.lineText()).isEqualTo(directive);
              assertThat(e).hasMessage("Kubefile:1:" + column + ": " + problem);
              assertThat(e.remedy()).contains("skip=RULE,RULE");
            });
  }

  @Test
  void aCommentSkipsRulesForTheInstructionAfterItOnly() {
    assertThat(
            rules(
                check(
                    """
                    FROM scratch
                    # check=skip=SecretsUsedInArgOrEnv,LegacyKeyValueFormat // the reason
                    ENV password secret
                    ENV password secret
                    # check=skip=all
                    MAINTAINER me
                    # check=skip=JSONArgsRecommended
                    CMD ['me']
                    # check=nonsense
                    ENV user me
                    """)))
        .containsExactly("LegacyKeyValueFormat", "SecretsUsedInArgOrEnv", "LegacyKeyValueFormat");
  }

  @Test
  void theBuildArgumentReplacesTheDirective() {
    LintContext skip = CONTEXT.withBuildArg(LintContext.CHECK_ARGUMENT, "skip=all");
    LintContext error = CONTEXT.withBuildArg(LintContext.CHECK_ARGUMENT, "error=true");
    var failing = InstructionParser.parse(new Source("f", "# check=error=true\n" + TWO));
    var malformed = InstructionParser.parse(new Source("f", "# check=nonsense\n" + TWO));

    assertThat(Lint.check(failing, skip).isClean()).isTrue();
    assertThat(Lint.check(malformed, error).failing()).isTrue();
    assertThatThrownBy(
            () ->
                Lint.check(
                    failing, CONTEXT.withBuildArg(LintContext.CHECK_ARGUMENT, "skip=all;x=y")))
        .hasMessage(
            "in the build argument BUILDKIT_DOCKERFILE_CHECK, the check option \"x=y\" is not known");
  }

  @Test
  void eachOfSeveralFilesHasItsOwnDirective() {
    LintReport report =
        Lint.check(
            InstructionParser.parse(
                List.of(
                    new Source("a", "# check=skip=all\nFROM scratch as x\n"),
                    new Source("b", "MAINTAINER me\n"),
                    new Source("c", "# check=error=true;skip=MaintainerDeprecated\nENV a b\n"))),
            CONTEXT);

    assertThat(report.warnings())
        .extracting(warning -> warning.where().toString(), Warning::rule)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("b:1:1", "MaintainerDeprecated"),
            org.assertj.core.groups.Tuple.tuple("c:2:1", "LegacyKeyValueFormat"));
    assertThat(report.failing()).isTrue();
  }

  @Test
  void theReportIsTextWithExcerpts() {
    LintReport report = check("FROM scratch\nENV a \\\n  1\n\nWORKDIR /x\nEXPOSE 80/TCP\n");

    assertThat(report.status()).isEqualTo(1);
    assertThat(report.text())
        .isEqualTo(
            """
            Check complete, 2 warnings have been found!

            WARNING: LegacyKeyValueFormat - https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/
            "ENV key=value" should be used instead of the legacy "ENV key value" format
            Kubefile:2
            --------------------
               1 |     FROM scratch
               2 | >>> ENV a \\
               3 | >>>   1
               4 |\s\s\s\s\s
            --------------------

            WARNING: ExposeProtoCasing - https://docs.docker.com/go/dockerfile/rule/expose-proto-casing/
            The protocol of '80/TCP' in EXPOSE should be lowercase
            Kubefile:6
            --------------------
               4 |\s\s\s\s\s
               5 |     WORKDIR /x
               6 | >>> EXPOSE 80/TCP
            --------------------
            """);
  }

  @Test
  void theReportIsJsonOfBuildKitsMembers() {
    assertThat(check("FROM scratch\nENV a 1\n").json())
        .isEqualToIgnoringWhitespace(
            """
            {
              "warnings": [{
                "ruleName": "LegacyKeyValueFormat",
                "description": "ENV and LABEL part name and value by an equals sign",
                "url": "https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/",
                "detail": "\\"ENV key=value\\" should be used instead of the legacy \\"ENV key value\\" format",
                "location": {
                  "sourceIndex": 0,
                  "ranges": [{"start": {"line": 2}, "end": {"line": 2}}]
                }
              }],
              "sources": [{
                "filename": "Kubefile",
                "language": "Dockerfile",
                "data": "RlJPTSBzY3JhdGNoCkVOViBhIDEK"
              }]
            }
            """);
  }

  @Test
  void aCleanFileEndsWithZero() {
    LintReport report = check("FROM scratch\n");

    assertThat(report.status()).isZero();
    assertThat(report.text()).isEqualTo("Check complete, no warnings found.\n");
  }
}
