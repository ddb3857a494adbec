package dev.sealosbuild.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.dockerfile.IgnoreFile;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule: where it is violated, and where it is not. Lines are parted by {@code ;;} below. */
class LintTest {
  private static final Platform TARGET = new Platform("linux", "amd64", null);
  private static final LintContext NOTHING_KNOWN = LintContext.of(TARGET);

  private static LintReport check(String text, LintContext context) {
    return Lint.check(InstructionParser.parse(new Source("Kubefile", text)), context);
  }

  /** Rule and line of each warning. */
  private static List<String> found(String text, LintContext context) {
    List<String> found = new ArrayList<>();
    check(text.replace(";;", "\n"), context)
        .warnings()
        .forEach(warning -> found.add(warning.rule() + ":" + warning.where().firstLine()));
    return found;
  }

  private static List<String> expected(@Nullable String list) {
    return list == null ? List.of() : List.of(list.split(" "));
  }

  private static String onlyMessage(String text) {
    LintReport report = check(text.replace(";;", "\n"), NOTHING_KNOWN);
    assertThat(report.warnings()).hasSize(1);
    return report.warnings().get(0).message();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FROM scratch AS Tools;;FROM scratch AS tools2 | StageNameCasing:1",
        "FROM scratch as tools | FromAsCasing:1",
        "from scratch AS tools;;from scratch as tools2 | FromAsCasing:1",
        "From scratch as tools;;FROM scratch AS x | ConsistentInstructionCasing:1",
        "FROM scratch \\;; AS   tools |",
        "FROM scratch;;COPY a \\;;;;b | NoEmptyContinuation:3",
        "FROM scratch;;COPY a \\;;# comment;;b |",
        "FROM scratch;;copy a b;;COPY c d | ConsistentInstructionCasing:2",
        "from scratch;;copy a b;;COPY c d | ConsistentInstructionCasing:3",
        "frOM scratch;;from scratch | ConsistentInstructionCasing:1",
        "from scratch;;copy a b |",
        "from scratch;;COPY a b | ConsistentInstructionCasing:1",
        "arg a;;FROM scratch;;COPY b c |",
        "FROM scratch AS b;;FROM scratch AS b | DuplicateStageName:2",
        "FROM scratch AS b;;FROM scratch AS B | StageNameCasing:2 DuplicateStageName:2",
        "FROM scratch AS b;;FROM scratch AS c |",
        "FROM scratch AS scratch;;FROM scratch AS context | ReservedStageName:1 ReservedStageName:2",
        "FROM scratch;;FROM scratch AS a |",
        "FROM scratch;;CMD run it | JSONArgsRecommended:2",
        "FROM scratch;;ENTRYPOINT run it | JSONArgsRecommended:2",
        "FROM scratch;;CMD ['run'] | JSONArgsRecommended:2",
        "FROM scratch;;CMD [\"run\"];;ENTRYPOINT [\"it\"];;RUN this one |",
        "FROM scratch;;SHELL [\"/bin/dash\"];;CMD run it |",
        "FROM scratch AS a;;SHELL [\"/bin/dash\"];;FROM a;;ENTRYPOINT run |",
        "FROM scratch;;MAINTAINER me | MaintainerDeprecated:2",
        "FROM scratch;;LABEL org.opencontainers.image.authors=me |",
        "FROM scratch;;WORKDIR app/ | WorkdirRelativePath:2",
        "FROM scratch;;WORKDIR app;;WORKDIR more | WorkdirRelativePath:2",
        "FROM scratch;;WORKDIR /app;;WORKDIR more |",
        "FROM scratch AS a;;WORKDIR /app;;FROM a;;WORKDIR more |",
        "FROM scratch;;ENV D=/d;;WORKDIR $D/x |",
        "FROM some/base;;WORKDIR $HOME_OF_BASE |",
        "FROM scratch;;ENV name value | LegacyKeyValueFormat:2",
        "FROM scratch;;LABEL key value | LegacyKeyValueFormat:2",
        "FROM scratch;;ENV a=value;;LABEL a=value b=c |",
        "FROM scratch;;CMD [\"a\"];;COPY a b;;CMD [\"b\"] | MultipleInstructionsDisallowed:2",
        "FROM scratch;;ENTRYPOINT [\"a\"];;ENTRYPOINT [\"b\"] | MultipleInstructionsDisallowed:2",
        "FROM scratch;;HEALTHCHECK NONE;;HEALTHCHECK CMD a | MultipleInstructionsDisallowed:2",
        "FROM scratch AS a;;CMD [\"a\"];;FROM a;;CMD [\"b\"] |",
        "FROM --platform=$TARGETPLATFORM scratch | RedundantTargetPlatform:1",
        "FROM --platform=${TARGETPLATFORM} scratch | RedundantTargetPlatform:1",
        "FROM --platform=$BUILDPLATFORM scratch |",
        "FROM --platform=$TARGETOS/$TARGETARCH scratch |",
        "FROM --platform=linux/amd64 scratch AS x | FromPlatformFlagConstDisallowed:1",
        "FROM --platform=linux/amd64 scratch AS x_amd64;;FROM --platform=linux/arm64 scratch AS linux |",
        "ARG P=linux/amd64;;FROM --platform=$P scratch |",
        "ARG base=scratch;;FROM $base |",
        "FROM scratch$none | UndefinedArgInFrom:1",
        "ARG DEBUG;;FROM scra${DEBUG:-tch} |",
        "ARG DEBUG=;;FROM scratch${DEBUG-@bogus} |",
        "ARG MY_ARCH=amd64;;FROM --platform=linux/x${MYARCH} scratch | UndefinedArgInFrom:2",
        "ARG V;;FROM app:$V | InvalidDefaultArgInFrom:2",
        "ARG V=1;;FROM app:$V |",
        "ARG I;;FROM $I | InvalidDefaultArgInFrom:2",
        "ARG S=;;FROM app:stable$S |",
        "FROM scratch;;COPY $a . | UndefinedVar:2",
        "FROM scratch;;ARG a;;COPY x$a . |",
        "FROM scratch AS b;;ARG a=x;;FROM b;;COPY $a . |",
        "FROM some/base;;COPY $a . |",
        "FROM scratch;;RUN echo $a;;CMD [\"$b\"];;ONBUILD COPY $c . |",
        "FROM scratch;;COPY $a .;;ARG a=b | UndefinedVar:2",
        "FROM scratch;;ENV a=1 b=$a | UndefinedVar:2",
        "FROM scratch;;ARG a=1 b=$a |",
        "FROM scratch;;ARG a=$b | UndefinedVar:2",
        "FROM scratch;;ENV PATH=$PATH:/x |",
        "FROM scratch;;ENV a=$PAHT:/x | UndefinedVar:2",
        "FROM scratch;;ENV a='$b' c=\\$d |",
        "FROM scratch;;LABEL l=$l | UndefinedVar:2",
        "FROM scratch;;USER $u | UndefinedVar:2",
        "FROM scratch;;VOLUME /$v | UndefinedVar:2",
        "FROM scratch;;STOPSIGNAL $s | UndefinedVar:2",
        "FROM scratch;;EXPOSE $p | UndefinedVar:2",
        "FROM scratch;;WORKDIR /$w | UndefinedVar:2",
        "FROM scratch;;COPY --chown=$o --chmod=$m a b | UndefinedVar:2 UndefinedVar:2",
        "FROM scratch;;ADD --checksum=$c http://h/a b | UndefinedVar:2",
        "FROM scratch;;RUN --mount=type=cache,target=/$t x | UndefinedVar:2",
        "FROM scratch;;COPY <<E /f;;$h;;E | UndefinedVar:2",
        "FROM scratch;;COPY <<'E' /f;;$h;;E |",
        "FROM scratch;;ENV a=${b:-c} | UndefinedVar:2",
        "FROM scratch AS b;;ONBUILD ENV x=1;;FROM b;;COPY $x . |",
        "FROM scratch;;ARG TARGETARCH;;COPY $TARGETARCH . |",
        "FROM scratch;;COPY $TARGETARCH . | UndefinedVar:2",
        "FROM scratch;;ARG SECRET_PHRASE | SecretsUsedInArgOrEnv:2",
        "FROM scratch;;ENV password=a tool=b | SecretsUsedInArgOrEnv:2",
        "FROM scratch;;ENV My_ApiKey=a git_key= | SecretsUsedInArgOrEnv:2 SecretsUsedInArgOrEnv:2",
        "FROM scratch;;ENV PUBLIC_KEY=a password_file=b AUTH_VERSION=c monkey=d tokenizer=e |",
        "ARG TOKEN;;FROM scratch |",
        "FROM scratch;;EXPOSE 80/TCP | ExposeProtoCasing:2",
        "FROM scratch;;ENV P=53/Udp;;EXPOSE $P 80 | ExposeProtoCasing:3",
        "FROM scratch;;EXPOSE 80/tcp 81 7000-7010/udp |",
        "FROM scratch;;EXPOSE 127.0.0.1:80:80 | ExposeInvalidFormat:2",
        "FROM scratch;;EXPOSE 8080:80/TCP | ExposeProtoCasing:2 ExposeInvalidFormat:2",
      })
  void aRuleIsViolatedWhereItIsAndNowhereElse(String text, @Nullable String violations) {
    assertThat(found(text, NOTHING_KNOWN)).isEqualTo(expected(violations));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "# bar is it;;ARG foo=bar;;FROM scratch | InvalidDefinitionDescription:3",
        "# Base it is;;FROM scratch AS base | InvalidDefinitionDescription:3",
        "FROM scratch;;# wrong;;ARG a b=c | InvalidDefinitionDescription:4",
        "# foo is it;;ARG foo=bar;;# base is it;;FROM scratch AS base |",
        "FROM scratch;;# b is one of two;;ARG a b=c |",
        "FROM scratch;;# of another thing;;#;;ARG a |",
        "FROM scratch;;# of COPY;;COPY a b |",
        "# of no name;;FROM scratch |",
      })
  void descriptionsAreCheckedWhereAskedFor(String text, @Nullable String violations) {
    String directive = "# check=experimental=InvalidDefinitionDescription;;";
    assertThat(found(directive + text, NOTHING_KNOWN)).isEqualTo(expected(violations));
    assertThat(found("# check=experimental=all;;" + text, NOTHING_KNOWN))
        .isEqualTo(expected(violations));
    assertThat(found(text, NOTHING_KNOWN)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.txt | COPY a.txt b | CopyIgnoredFile:2",
        "a.txt | ADD ./x/../a.txt b | CopyIgnoredFile:2",
        "a.txt | COPY /a.txt b | CopyIgnoredFile:2",
        "a.txt | COPY a.txt.bak b |",
        "*.txt | COPY *.txt b | CopyIgnoredFile:2",
        "dir | COPY dir/below b | CopyIgnoredFile:2",
        "dir;;!dir/below | COPY dir b |",
        "dir;;!dir/below | COPY dir/below b |",
        "dir;;!dir/below | COPY dir/other b | CopyIgnoredFile:2",
        "**;;!a | COPY ./a b |",
        "**;;!a | COPY . b |",
        "* | COPY . b | CopyIgnoredFile:2",
        "**/* | COPY / b | CopyIgnoredFile:2",
        ".* | COPY . b |",
        "a.txt | COPY --from=other a.txt b |",
        "* | ADD https://h/a.txt git@h:a/b.git b |",
        "* | COPY $a b | UndefinedVar:2",
      })
  void whatTheIgnoreFileLeavesOutIsNotCopied(
      String rules, String line, @Nullable String violations) {
    IgnoreFile ignore = IgnoreFile.parse(new Source("rules", rules.replace(";;", "\n")));
    LintContext context = NOTHING_KNOWN.withIgnored(ignore::ignoresWhole);

    assertThat(found("FROM scratch;;" + line, context)).isEqualTo(expected(violations));
    assertThat(found("FROM scratch;;" + line, NOTHING_KNOWN)).doesNotContain("CopyIgnoredFile:2");
  }

  @Test
  void aKnownBaseImageDefinesItsVariablesAndNoOthers() {
    ContainerConfig container =
        ContainerConfig.EMPTY
            .withEnvironment("HOME", "/root")
            .withOnBuild(List.of("ENV LATER=1", "ARG SECRET"));
    LintContext context =
        NOTHING_KNOWN.withBaseImages(
            (name, platform) ->
                name.equals("known") ? ImageConfig.scratch(platform).withConfig(container) : null);

    assertThat(found("FROM known;;COPY $HOME $LATER $PATH $x .", context))
        .containsExactly("UndefinedVar:2");
    assertThat(found("FROM other;;COPY $HOME $LATER $x .", context)).isEmpty();
    assertThat(found("FROM other AS a;;ENV x=1;;FROM a;;COPY $y .", context)).isEmpty();
  }

  @Test
  void ofAStageThatSomethingElseStandsForNothingIsLookedAt() {
    List<String> asked = new ArrayList<>();
    LintContext context =
        NOTHING_KNOWN
            .withBaseImages(
                (name, platform) -> {
                  asked.add(name);
                  return null;
                })
            .forStage(null);
    String file = "FROM far AS base;;FROM base;;COPY --from=0 /x /x";

    assertThat(found(file, context.withReplaced("base"::equals))).isEmpty();
    assertThat(asked).containsExactly("base");
    asked.clear();
    assertThat(found(file, context)).isEmpty();
    assertThat(asked).containsExactly("far");
  }

  @Test
  void aBaseImageWithAShellNeedsNoJsonArguments() {
    ContainerConfig container = ContainerConfig.EMPTY.withShell(List.of("/bin/dash", "-c"));
    LintContext context =
        NOTHING_KNOWN.withBaseImages(
            (name, platform) -> ImageConfig.scratch(platform).withConfig(container));

    assertThat(found("FROM known;;CMD run", context)).isEmpty();
  }

  @Test
  void aBaseImageOfAnotherPlatformIsReported() {
    LintContext context =
        NOTHING_KNOWN.withBaseImages(
            (name, platform) -> ImageConfig.scratch(new Platform("linux", "arm64", null)));

    assertThat(found("FROM known", context)).containsExactly("InvalidBaseImagePlatform:1");
    assertThat(found("FROM --platform=linux/arm64 known AS arm64", context)).isEmpty();
  }

  @Test
  void buildArgumentsCountAsValuesButNotAsDefaults() {
    LintContext context = NOTHING_KNOWN.withBuildArgs(Map.of("V", "1", "DIR", "/d", "OTHER", "x"));

    assertThat(found("ARG V;;FROM app:$V", context)).containsExactly("InvalidDefaultArgInFrom:2");
    assertThat(found("FROM scratch;;ARG DIR=rel;;WORKDIR $DIR", context)).isEmpty();
    assertThat(found("FROM scratch;;ARG DIR=$none", context)).isEmpty();
    assertThat(found("FROM scratch;;COPY $OTHER .", context)).containsExactly("UndefinedVar:2");
  }

  @Test
  void aNameThatIsNearlyRightIsSuggested() {
    assertThat(onlyMessage("FROM scratch;;ARG DIR_ASSETS=a;;COPY $DIR_ASSET ."))
        .isEqualTo("Usage of undefined variable '$DIR_ASSET' (did you mean $DIR_ASSETS?)");
    assertThat(onlyMessage("FROM scratch;;ENV PATH=$PAHT:/x")).endsWith("(did you mean $PATH?)");
    assertThat(onlyMessage("FROM --platform=$BULIDPLATFORM scratch"))
        .isEqualTo("FROM argument 'BULIDPLATFORM' is not declared (did you mean BUILDPLATFORM?)");
    assertThat(onlyMessage("FROM scratch;;COPY $something_else ."))
        .isEqualTo("Usage of undefined variable '$something_else'");
  }

  @Test
  void onlyTheStagesThatABuildNeedsAreFollowed() {
    String text =
        "FROM scratch AS base;;ENV a 1;;FROM scratch AS tools;;ENV a 2;;FROM scratch AS unused;;"
            + "ENV a 3;;FROM base AS final;;COPY --from=tools x y;;RUN --mount=type=bind,from=1 x";

    assertThat(found(text, NOTHING_KNOWN)).hasSize(3);
    assertThat(found(text, NOTHING_KNOWN.forStage(null)))
        .containsExactly("LegacyKeyValueFormat:2", "LegacyKeyValueFormat:4");
    assertThat(found(text, NOTHING_KNOWN.forStage("Unused")))
        .containsExactly("LegacyKeyValueFormat:6");
    assertThat(found(text, NOTHING_KNOWN.forStage("0"))).containsExactly("LegacyKeyValueFormat:2");
  }

  @Test
  void aWordThatCannotBeExpandedIsKeptForTheReport() {
    LintReport report = check("FROM scratch\nENV a=${b:?needed}\nENV c=${}\n", NOTHING_KNOWN);

    assertThat(report.mistake()).isNotNull();
    assertThat(report.mistake()).hasMessageContaining("Kubefile:2:").hasMessageContaining("needed");
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.text()).contains("ERROR: Kubefile:2:7");
    assertThat(check("FROM base\nENV a=${b:?needed}\n", NOTHING_KNOWN).mistake()).isNull();
  }

  @Test
  void whateverParsesIsCheckedWithoutAFailure() {
    String[] parts = {
      "FROM ",
      "scratch",
      " AS ",
      "a",
      "\n",
      "ENV ",
      "COPY ",
      "$",
      "{",
      "}",
      ":-",
      "#",
      "%",
      "/",
      "\"",
      "'",
      "\\",
      "=",
      " ",
      "ARG ",
      "EXPOSE ",
      "80:/TCP",
      "WORKDIR ",
      "..",
      "CMD ",
      "ONBUILD ",
      "--platform=",
      "--from=",
      "<<E",
      "E\n",
      "RUN ",
      "--mount=",
      ",from=",
      "# check=skip=",
      ";",
      "LABEL ",
      "VOLUME ",
      "\t",
      "é",
      "\n\n"
    };
    Random random = new Random(7);
    int parsed = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("FROM scratch\n");
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      dev.sealosbuild.dockerfile.Dockerfile file;
      try {
        file = InstructionParser.parse(new Source("f", text.toString()));
      } catch (dev.sealosbuild.error.BuildException e) {
        continue;
      }
      parsed++;
      LintReport report = Lint.check(file, NOTHING_KNOWN);
      assertThat(report.text()).startsWith("Check complete, ");
    }
    assertThat(parsed).isGreaterThan(500);
  }

  @Test
  void hostileFilesAreCheckedInBoundedTimeAndRoom() {
    StringBuilder text = new StringBuilder("FROM scratch AS s0\n");
    for (int i = 1; i < 3000; i++) {
      text.append("ENV v").append(i).append("=$v").append(i - 1).append("$u").append(i);
      text.append("\nFROM s").append(i - 1).append(" AS s").append(i).append('\n');
    }
    text.append("ENV ");
    for (int i = 0; i < 20_000; i++) {
      text.append("a=$w").append(i).append(' ');
    }

    assertThat(check(text.toString(), NOTHING_KNOWN).warnings()).hasSize(10_000);
  }
}
