package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sealosbuild.dockerfile.Instruction.Assignment;
import dev.sealosbuild.dockerfile.Instruction.Definition;
import dev.sealosbuild.image.Healthcheck;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstructionParserTest {

  private static Dockerfile parse(String text) {
    return InstructionParser.parse(new Source("Kubefile", text));
  }

  /** The last instruction of a file that begins with FROM scratch. */
  private static <T extends Instruction> T one(Class<T> type, String text) {
    List<Instruction> instructions = parse("FROM scratch\n" + text).instructions();
    assertThat(instructions).hasSize(2);
    return type.cast(instructions.get(1));
  }

  @Test
  void aClusterImageIsReadAsItIsWritten() {
    Dockerfile file =
        parse(
            """
            FROM scratch

            ENV NAME=${NAME:-"minio"}
            ENV OPTS=${OPTS:-" \\
            --set a=b \\
            --set c=d \\
            "}

            COPY . .
            CMD ["helm upgrade -i $(NAME)"]
            """);

    assertThat(file.instructions())
        .extracting(Instruction::keyword, i -> i.where().firstLine(), i -> i.where().lastLine())
        .containsExactly(
            tuple("FROM", 1, 1),
            tuple("ENV", 3, 3),
            tuple("ENV", 4, 7),
            tuple("COPY", 9, 9),
            tuple("CMD", 10, 10));
    assertThat(((Instruction.Env) file.instructions().get(1)).variables())
        .containsExactly(new Assignment("NAME", "${NAME:-\"minio\"}", false));
    assertThat(file.instructions().get(2).original())
        .isEqualTo("ENV OPTS=${OPTS:-\" --set a=b --set c=d \"}");
    assertThat(((Instruction.Cmd) file.instructions().get(4)).command())
        .isEqualTo(new CommandLine.Exec(List.of("helm upgrade -i $(NAME)")));
    assertThat(file.warnings()).isEmpty();
    assertThat(file.dialect()).isEqualTo(Dialect.BUILDAH);
  }

  @Test
  void theOriginalKeepsEveryCharacterButWhatLeadsIt() {
    assertThat(one(Instruction.Env.class, "  \t env   A b   c \"d  e\"  \r\n").original())
        .isEqualTo("env   A b   c \"d  e\"  ");
    assertThat(one(Instruction.Cmd.class, "CMD [ \"a\",   \"b\" ]").original())
        .isEqualTo("CMD [ \"a\",   \"b\" ]");
  }

  @Test
  void directivesStandAtTheTopInAnyCase() {
    Dockerfile file =
        parse(
            "\ufeff# Syntax = docker/dockerfile:1 \n#ESCAPE=`\n#check=skip=all;error=true\nFROM a\n");

    assertThat(file.directives())
        .extracting(Directive::name, Directive::value, d -> d.where().toString())
        .containsExactly(
            tuple("syntax", "docker/dockerfile:1", "Kubefile:1:1"),
            tuple("escape", "`", "Kubefile:2:1"),
            tuple("check", "skip=all;error=true", "Kubefile:3:1"));
    assertThat(file.escape()).isEqualTo('`');
    assertThat(file.dialect()).isEqualTo(Dialect.BUILDKIT);
    assertThat(file.directive("check")).isEqualTo("skip=all;error=true");
  }

  @Test
  void afterACommentAnEmptyLineOrAnInstructionThereAreNoDirectives() {
    assertThat(parse("# a comment\n# escape=`\nFROM a").escape()).isEqualTo('\\');
    assertThat(parse("\n# escape=`\nFROM a").escape()).isEqualTo('\\');
    assertThat(parse("FROM a\n# escape=`\n").escape()).isEqualTo('\\');
    assertThat(parse("# unknown=x\n# escape=`\nFROM a").directives()).isEmpty();
    assertThat(parse("# escape=\nFROM a").directives()).isEmpty();
  }

  @Test
  void theEscapeDirectiveSetsWhatContinuesALine() {
    Dockerfile file = parse("# escape=`\nFROM scratch\nCOPY a `\n  c:\\\nWORKDIR c:\\\n");

    Instruction.Copy copy = (Instruction.Copy) file.instructions().get(1);
    assertThat(copy.sources()).containsExactly("a");
    assertThat(copy.destination()).isEqualTo("c:\\");
    assertThat(((Instruction.Workdir) file.instructions().get(2)).path()).isEqualTo("c:\\");
  }

  @Test
  void commentsAndEmptyLinesMayStandWithinAnInstruction() {
    Dockerfile file =
        parse("FROM scratch\r\nRUN a \\\r\n  # comment\r\n\r\n  && b \\ \r\n# c\r\n\t\r\n&& c");

    assertThat(file.instructions().get(1).original()).isEqualTo("RUN a   && b && c");
    assertThat(file.warnings())
        .extracting(Warning::rule, w -> w.where().toString())
        .containsExactly(tuple("NoEmptyContinuation", "Kubefile:7:1"));
  }

  @Test
  void aContinuationAtTheEndOfTheFileEndsTheInstruction() {
    assertThat(one(Instruction.Run.class, "RUN a \\").original()).isEqualTo("RUN a ");
    assertThat(parse("FROM scratch\n\\\n\n").instructions()).hasSize(1);
  }

  @Test
  void twoEscapeCharactersAtTheEndContinueALineForBuildahOnly() {
    assertThat(parse("FROM scratch\nCOPY a c:\\\\\nb\n").instructions().get(1).original())
        .isEqualTo("COPY a c:\\b");
    assertThat(
            parse("# syntax=x\nFROM scratch\nWORKDIR c:\\\\\nUSER b\n")
                .instructions()
                .get(1)
                .original())
        .isEqualTo("WORKDIR c:\\\\");
  }

  @Test
  void commentsBeforeAnInstructionBelongToIt() {
    Dockerfile file = parse("# about\n#\n# base the base\nFROM a AS base\n# x\n\nUSER y\nUSER z\n");

    assertThat(file.instructions())
        .extracting(i -> i.origin().comments())
        .containsExactly(List.of("base the base"), List.of("x"), List.of());
  }

  @Test
  void fromTakesAPlatformAndAName() {
    Dockerfile file =
        parse("ARG V=1\nfrom --platform=$BUILDPLATFORM debian:$V as Build-1\nFROM Build-1\n");

    Instruction.From first = (Instruction.From) file.instructions().get(1);
    assertThat(first.platform()).isEqualTo("$BUILDPLATFORM");
    assertThat(first.image()).isEqualTo("debian:$V");
    assertThat(first.stage()).isEqualTo("Build-1");
    Instruction.From second = (Instruction.From) file.instructions().get(2);
    assertThat(second.platform()).isNull();
    assertThat(second.stage()).isNull();
  }

  @Test
  void argumentsMayHaveDefaults() {
    assertThat(one(Instruction.Arg.class, "ARG a b= c=\"x y\" d=$a").definitions())
        .containsExactly(
            new Definition("a", null),
            new Definition("b", ""),
            new Definition("c", "\"x y\""),
            new Definition("d", "$a"));
  }

  @Test
  void variablesAndLabelsHaveANewAndAnOldForm() {
    assertThat(one(Instruction.Env.class, "ENV a=b c=\"d e\" f=g\\ h i='j=k'").variables())
        .containsExactly(
            new Assignment("a", "b", false),
            new Assignment("c", "\"d e\"", false),
            new Assignment("f", "g\\ h", false),
            new Assignment("i", "'j=k'", false));
    assertThat(one(Instruction.Env.class, "ENV a  b = \"c\"").variables())
        .containsExactly(new Assignment("a", "b = \"c\"", true));
    assertThat(one(Instruction.Label.class, "LABEL \"a b\"=c").labels())
        .containsExactly(new Assignment("\"a b\"", "c", false));
    assertThat(one(Instruction.Label.class, "LABEL x = y").labels())
        .containsExactly(new Assignment("x", "= y", true));
  }

  @Test
  void commandsHaveAShellAndAnExecForm() {
    assertThat(one(Instruction.Cmd.class, "CMD echo  \"$X\" \\\n  && y").command())
        .isEqualTo(new CommandLine.Shell("echo  \"$X\"   && y"));
    assertThat(
            one(Instruction.Entrypoint.class, "ENTRYPOINT [\"/a\", \"b\\n\\u00e9\\\"\"]").command())
        .isEqualTo(new CommandLine.Exec(List.of("/a", "b\né\"")));
    assertThat(one(Instruction.Cmd.class, "CMD []").command())
        .isEqualTo(new CommandLine.Exec(List.of()));
    assertThat(one(Instruction.Cmd.class, "CMD").command()).isEqualTo(new CommandLine.Shell(""));
    assertThat(one(Instruction.Entrypoint.class, "ENTRYPOINT").command())
        .isEqualTo(new CommandLine.Exec(List.of()));
    assertThat(one(Instruction.Shell.class, "SHELL [\"/bin/bash\", \"-c\"]").words())
        .containsExactly("/bin/bash", "-c");
  }

  @Test
  void whatLooksLikeAnArrayAndIsNoneGoesToTheShellWithAWarning() {
    for (String array :
        List.of("['a']", "[\"a\",]", "[\"a\"", "[a]", "[\"\\x\"]", "[01]", "[\"a\t\"]")) {
      Dockerfile file = parse("FROM scratch\nCMD " + array + "\n");

      assertThat(((Instruction.Cmd) file.instructions().get(1)).command())
          .isEqualTo(new CommandLine.Shell(array));
      assertThat(file.warnings())
          .extracting(Warning::rule, w -> w.where().toString())
          .containsExactly(tuple("JSONArgsRecommended", "Kubefile:2:5"));
    }
  }

  @Test
  void textBehindAnArrayIsLeftOutByBuildahAndMakesAShellFormForBuildKit() {
    Dockerfile file = parse("FROM scratch\nCMD [\"a\"] # why\n");
    Dockerfile buildkit = parse("# syntax=x\nFROM scratch\nCMD [\"a\"] # why\n");

    assertThat(((Instruction.Cmd) file.instructions().get(1)).command())
        .isEqualTo(new CommandLine.Exec(List.of("a")));
    assertThat(file.warnings()).hasSize(1);
    assertThat(((Instruction.Cmd) buildkit.instructions().get(1)).command())
        .isEqualTo(new CommandLine.Shell("[\"a\"] # why"));
  }

  @Test
  void runKeepsItsFlagsAsTheyAre() {
    Instruction.Run run =
        one(
            Instruction.Run.class,
            "RUN --mount=type=cache,target=/x --mount=type=bind,source=\"a b\" \\\n"
                + " --network=none --security=insecure --device=gpu make --all");

    assertThat(run.flags())
        .containsExactly(
            new Flag("mount", "type=cache,target=/x"),
            new Flag("mount", "type=bind,source=a b"),
            new Flag("network", "none"),
            new Flag("security", "insecure"),
            new Flag("device", "gpu"));
    assertThat(run.command()).isEqualTo(new CommandLine.Shell("make --all"));
  }

  @Test
  void copyTakesItsFlagsAndSources() {
    Instruction.Copy copy =
        one(
            Instruction.Copy.class,
            "COPY --from=build --chown=1:$G --chmod=u+x --link --parents=true --exclude=*.md"
                + " --exclude=x a b/* /dest/");

    assertThat(copy.from()).isEqualTo("build");
    assertThat(copy.chown()).isEqualTo("1:$G");
    assertThat(copy.chmod()).isEqualTo("u+x");
    assertThat(copy.link()).isTrue();
    assertThat(copy.parents()).isTrue();
    assertThat(copy.excludes()).containsExactly("*.md", "x");
    assertThat(copy.sources()).containsExactly("a", "b/*");
    assertThat(copy.destination()).isEqualTo("/dest/");
    assertThat(one(Instruction.Copy.class, "COPY --link=false [\"a b\", \"c\"]"))
        .returns(false, Instruction.Copy::link)
        .returns(List.of("a b"), Instruction.Copy::sources)
        .returns("c", Instruction.Copy::destination);
    assertThat(one(Instruction.Copy.class, "COPY -- --a /b").sources()).containsExactly("--a");
  }

  @Test
  void addTakesItsFlags() {
    Instruction.Add add =
        one(
            Instruction.Add.class,
            "ADD --checksum=sha256:00 --keep-git-dir --unpack=false --link https://x/y.tgz /d");

    assertThat(add.checksum()).isEqualTo("sha256:00");
    assertThat(add.keepGitDir()).isTrue();
    assertThat(add.unpack()).isFalse();
    assertThat(add.link()).isTrue();
    assertThat(add.sources()).containsExactly("https://x/y.tgz");
    assertThat(one(Instruction.Add.class, "ADD a b").unpack()).isNull();
  }

  @Test
  void theSmallInstructionsKeepTheirText() {
    assertThat(one(Instruction.Expose.class, "EXPOSE 80 $P  53/udp").ports())
        .containsExactly("80", "$P", "53/udp");
    assertThat(one(Instruction.User.class, "USER a b").user()).isEqualTo("a b");
    assertThat(one(Instruction.Workdir.class, "WORKDIR /a  b ").path()).isEqualTo("/a  b");
    assertThat(one(Instruction.Volume.class, "VOLUME /a $b").paths()).containsExactly("/a", "$b");
    assertThat(one(Instruction.Volume.class, "VOLUME [\"/a b\"]").paths()).containsExactly("/a b");
    assertThat(one(Instruction.StopSignal.class, "STOPSIGNAL SIGINT").signal()).isEqualTo("SIGINT");
    assertThat(one(Instruction.Maintainer.class, "MAINTAINER a  <b>").name()).isEqualTo("a  <b>");
  }

  @Test
  void aHealthcheckIsReadWithItsTimes() {
    assertThat(
            one(
                    Instruction.Health.class,
                    "HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=1.5h"
                        + " --start-interval=2s --retries=3 CMD curl -f x || exit 1")
                .check())
        .isEqualTo(
            new Healthcheck(
                List.of("CMD-SHELL", "curl -f x || exit 1"),
                90_000_000_000L,
                500_000_000L,
                5_400_000_000_000L,
                2_000_000_000L,
                3));
    assertThat(one(Instruction.Health.class, "HEALTHCHECK cmd [\"a\", \"b\"]").check().test())
        .containsExactly("CMD", "a", "b");
    assertThat(one(Instruction.Health.class, "HEALTHCHECK none").check().test())
        .containsExactly("NONE");
    assertThat(one(Instruction.Health.class, "HEALTHCHECK --interval=0 CMD x").keyword())
        .isEqualTo("HEALTHCHECK");
  }

  @Test
  void onbuildHoldsTheTextAndTheInstruction() {
    Instruction.Onbuild onbuild = one(Instruction.Onbuild.class, "ONBUILD  copy --link a \\\n b");

    assertThat(onbuild.trigger()).isEqualTo("copy --link a  b");
    assertThat(onbuild.instruction()).isInstanceOf(Instruction.Copy.class);
    assertThat(onbuild.instruction().keyword()).isEqualTo("COPY");
    assertThat(onbuild.instruction().where().column()).isEqualTo(10);
    assertThat(onbuild.keyword()).isEqualTo("ONBUILD");
  }

  @Test
  void triggersOfABaseImageAreInstructions() {
    List<Instruction> triggers =
        InstructionParser.parseTriggers(
            List.of("COPY . /app", "RUN <<EOF\nmake\nEOF", "# nothing"), "ONBUILD of base:1");

    assertThat(triggers).extracting(Instruction::keyword).containsExactly("COPY", "RUN");
    assertThat(triggers.get(0).where().file()).isEqualTo("ONBUILD of base:1");
    assertThat(((Instruction.Run) triggers.get(1)).heredocs().get(0).content()).isEqualTo("make\n");
  }

  @Test
  void severalFilesAreReadAsOne() {
    Dockerfile file =
        InstructionParser.parse(
            List.of(
                new Source("a", "FROM scratch\nENV x=\\\\\n"),
                new Source("b", "# escape=`\nUSER u `\n v\nFROM y\n"),
                new Source("c", "")));

    assertThat(file.instructions())
        .extracting(i -> i.where().toString(), Instruction::original, i -> i.origin().escape())
        .containsExactly(
            tuple("a:1:1", "FROM scratch", '\\'),
            tuple("a:2:1", "ENV x=\\", '\\'),
            tuple("b:2:1", "USER u  v", '`'),
            tuple("b:4:1", "FROM y", '`'));
    assertThat(file.escape()).isEqualTo('\\');
  }
}
