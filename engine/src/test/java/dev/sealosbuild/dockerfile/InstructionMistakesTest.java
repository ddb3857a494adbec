package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of mistake is told with file, line, column and what to do. */
class InstructionMistakesTest {

  private static Dockerfile parse(String text) {
    return InstructionParser.parse(new Source("Kubefile", text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "COPY | 2:1: COPY needs at least one source and a destination | write COPY source destination",
        "COPY a | 2:1: COPY needs at least one source and a destination | write COPY source destination",
        "ADD [\"a\"] | 2:1: ADD needs at least one source and a destination | write ADD source destination",
        "COPY [\"a\", 1] | 2:12: a JSON array holds something that is not a string | double quotes",
        "CMD [\"a\", null] | 2:11: a JSON array holds something that is not a string | double quotes",
        "CMD [{\"a\": [true, -1.5e3]}] | 2:6: a JSON array holds something that is not a string | double",
        "COPY --form=x a b | 2:6: COPY has no flag \"--form\" | --from, --chown, --chmod, --link, --parents and --exclude",
        "ADD --from=x a b | 2:5: ADD has no flag \"--from\" | --checksum, --keep-git-dir and --unpack",
        "RUN --mont=x a | 2:5: RUN has no flag \"--mont\" | RUN knows --mount, --network, --security and --device",
        "CMD --x a | 2:5: CMD has no flag \"--x\" | CMD takes no flags",
        "FROM --arch=x a | 2:6: FROM has no flag \"--arch\" | FROM knows only --platform",
        "COPY --link=maybe a b | 2:6: the flag --link is \"maybe\", expected true or false | --link=false",
        "COPY --link= a b | 2:6: the flag --link has no value | write --link=VALUE",
        "COPY --chown a b | 2:6: the flag --chown has no value | write --chown=VALUE",
        "COPY --chown=a --chown=b a b | 2:16: the flag --chown stands twice | remove one",
        "RUN | 2:1: RUN needs a command | write RUN command",
        "ENV | 2:1: ENV needs at least one NAME=value | write ENV NAME=value",
        "ENV a | 2:5: ENV has the name \"a\" but no value | write ENV NAME=value",
        "ENV a=b c d=e | 2:9: ENV lacks = in \"c\" | quotes around a value that has spaces",
        "ENV a=b =c | 2:9: ENV lacks the name before = | write ENV NAME=value",
        "label a | 2:7: LABEL has the name \"a\" but no value | write LABEL NAME=value",
        "ARG | 2:1: ARG needs at least one name | write ARG NAME",
        "ARG a =b | 2:7: ARG lacks the name before = | write ARG NAME=value",
        "EXPOSE | 2:1: EXPOSE needs at least one port | EXPOSE 8080",
        "USER | 2:1: USER needs a user | write USER name",
        "WORKDIR | 2:1: WORKDIR needs a path | write WORKDIR /path",
        "STOPSIGNAL | 2:1: STOPSIGNAL needs a signal | write STOPSIGNAL SIGTERM",
        "MAINTAINER | 2:1: MAINTAINER needs a name | write MAINTAINER name",
        "VOLUME | 2:1: VOLUME needs at least one path | VOLUME /path",
        "VOLUME [] | 2:1: VOLUME needs at least one path | VOLUME /path",
        "VOLUME [\" \"] | 2:8: VOLUME has an empty path | name a directory",
        "SHELL /bin/sh -c | 2:7: SHELL needs a JSON array of strings | [\"/bin/sh\", \"-c\"]",
        "SHELL | 2:6: SHELL needs a JSON array of strings | [\"/bin/sh\", \"-c\"]",
        "SHELL [] | 2:7: SHELL needs at least one word | [\"/bin/sh\", \"-c\"]",
        "FROM | 2:1: FROM needs an image | FROM image AS name",
        "FROM a b | 2:8: FROM takes an image, or an image AS a name | FROM image AS name",
        "FROM a as b c | 2:8: FROM takes an image, or an image AS a name | FROM image AS name",
        "HEALTHCHECK | 2:1: HEALTHCHECK needs CMD or NONE | HEALTHCHECK NONE",
        "HEALTHCHECK curl x | 2:13: HEALTHCHECK needs CMD or NONE, found \"curl\" | HEALTHCHECK CMD",
        "HEALTHCHECK CMD | 2:13: HEALTHCHECK CMD needs a command | HEALTHCHECK CMD command",
        "HEALTHCHECK CMD [] | 2:13: HEALTHCHECK CMD needs a command | HEALTHCHECK CMD command",
        "HEALTHCHECK NONE x | 2:18: HEALTHCHECK NONE takes nothing after it | HEALTHCHECK NONE",
        "HEALTHCHECK --interval=5 CMD x | 2:13: the flag --interval is \"5\", expected a duration | 30s",
        "HEALTHCHECK --timeout=1us CMD x | 2:13: the flag --timeout is \"1us\", expected at least one millisecond | 30s",
        "HEALTHCHECK --timeout=-1s CMD x | 2:13: the flag --timeout is \"-1s\", expected at least one millisecond | 30s",
        "HEALTHCHECK --timeout=.s CMD x | 2:13: the flag --timeout is \".s\", expected a duration | 30s",
        "HEALTHCHECK --timeout=9999999h CMD x | 2:13: the flag --timeout is \"9999999h\", expected a duration | 30s",
        "HEALTHCHECK --retries=-1 CMD x | 2:13: the flag --retries is \"-1\", expected a whole number from 1 on | 3",
        "HEALTHCHECK --retries=0 CMD x | 2:13: the flag --retries is \"0\", expected a whole number from 1 on | 3",
        "HEALTHCHECK --retries=x CMD x | 2:13: the flag --retries is \"x\", expected a whole number from 1 on | 3",
        "ONBUILD | 2:1: ONBUILD needs an instruction | ONBUILD RUN",
        "ONBUILD ONBUILD RUN x | 2:9: ONBUILD cannot be the trigger of ONBUILD | another",
        "ONBUILD from x | 2:9: FROM cannot be the trigger of ONBUILD | another",
        "ONBUILD COPY a | 2:9: COPY needs at least one source and a destination | write COPY",
        "ONBUILD CPOY a b | 2:9: unknown instruction \"CPOY\" | did you mean COPY?",
        "CPOY a b | 2:1: unknown instruction \"CPOY\" | did you mean COPY?",
        "~  runn x~ | 2:3: unknown instruction \"runn\" | did you mean RUN?",
        "ENTRY_POINT x | 2:1: unknown instruction \"ENTRY_POINT\" | did you mean ENTRYPOINT?",
        "COPY --from= a b | 2:6: the flag --from has no value | write --from=VALUE",
        "COPY --exclude= a b | 2:6: the flag --exclude has no value | write --exclude=VALUE",
        "FROM --platform= a | 2:6: the flag --platform has no value | write --platform=VALUE",
        "RUN --network= a | 2:5: the flag --network has no value | write --network=VALUE",
        "RUN --network=bridge a | 2:5: the flag --network is \"bridge\", expected one of default, none, host | --network=default",
        "RUN --security=off a | 2:5: the flag --security is \"off\", expected one of sandbox, insecure | --security=sandbox",
        "STOPSIGNAL SIGFOO | 2:12: \"SIGFOO\" is not a signal | SIGTERM",
        "STOPSIGNAL 0 | 2:12: \"0\" is not a signal | SIGTERM",
        "STOPSIGNAL RTMIN+16 | 2:12: \"RTMIN+16\" is not a signal | SIGTERM",
        "COPY a http://h/b c | 2:8: COPY cannot fetch the address \"http://h/b\" | use ADD",
        "ARG a TARGETPLATFORM=x | 2:7: the argument TARGETPLATFORM is given by the build and takes no value here | ARG TARGETPLATFORM alone",
        "COPY a <<E | 2:8: the heredoc E has no end | nothing but E",
        "RUN cat <<A <<B | 2:9: the heredoc A has no end | nothing but A",
        "kind: Deployment | 2:1: unknown instruction \"kind:\" | a line begins with an instruction",
      })
  void aMistakeInAnInstruction(String line, String message, String remedy) {
    String text = "FROM scratch\n" + line.stripTrailing() + "\nUSER x\n";
    Told.by(() -> parse(text)).in("Kubefile", text).as("Kubefile:" + message, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM a AS 1st | 2:11: \"1st\" is no name for a stage | begin with a letter",
        "FROM a AS a$b | 2:11: \"a$b\" is no name for a stage | begin with a letter",
        "EXPOSE http | 2:8: \"http\" is not a port of a container | EXPOSE 53/udp",
        "EXPOSE 80 81/icmp | 2:11: \"81/icmp\" is not a port of a container | EXPOSE 53/udp",
        "EXPOSE 90-80 | 2:8: \"90-80\" is not a port of a container | EXPOSE 53/udp",
        "EXPOSE 65536 | 2:8: \"65536\" is not a port of a container | EXPOSE 53/udp",
        "COPY --from=$x a b | 2:6: the flag --from is \"$x\", but takes no variables | copy from that stage",
        "HEALTHCHECK --retries=-1 CMD x | 2:13: the flag --retries is \"-1\", expected a whole number from 0 on | 3",
      })
  void aMistakeOnlyWhereBuildKitIsAskedFor(String line, String message, String remedy) {
    String before = line.startsWith("FROM") ? "" : "FROM scratch\n";
    String text = "# syntax=x" + (before.isEmpty() ? "\n" : " y\n" + before) + line + "\n";
    // The line counts: two before it in the one case, one in the other.
    String place = before.isEmpty() ? message : message.replaceFirst("2:", "3:");
    Told.by(() -> parse(text)).in("Kubefile", text).as("Kubefile:" + place, remedy);
    if (!line.contains("-1")) {
      assertThat(parse("FROM scratch\n" + line + "\n").instructions()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "STOPSIGNAL SIGTERM",
    "STOPSIGNAL usr1",
    "STOPSIGNAL 9",
    "STOPSIGNAL sigrtmin+3",
    "STOPSIGNAL RTMAX-1",
    "STOPSIGNAL $S",
    "RUN --network=none x",
    "RUN --network=$N x",
    "RUN --security=insecure x",
    "COPY --from=a http://h/b c",
    "ADD http://h/b c",
    "EXPOSE 127.0.0.1:80:80/tcp 7000-7010 0 65535/SCTP $P",
    "ARG TARGETPLATFORM",
    "HEALTHCHECK --interval= --retries= CMD x",
  })
  void whatOnlyLooksLikeAMistakeIsRead(String line) {
    assertThat(parse("FROM scratch\n" + line + "\n").instructions()).hasSize(2);
    assertThat(parse("# syntax=x\nFROM scratch\n" + line + "\n").instructions()).hasSize(2);
  }

  @Test
  void aMistakeInADirectiveIsToldWithItsPlace() {
    String twice = "# check=skip=all\n#\tCHECK = error=true\nFROM scratch";
    Told.by(() -> parse(twice))
        .in("Kubefile", twice)
        .as(
            "Kubefile:2:3: the parser directive check stands twice, first in line 1",
            "remove one of them");
    String escape = "# escape=^\nFROM scratch";
    Told.by(() -> parse(escape))
        .in("Kubefile", escape)
        .as(
            "Kubefile:1:10: the escape character is to be \"^\", but may only be \\ or `",
            "write # escape=");
  }

  @Test
  void aMistakeInTheOrderIsToldWithItsPlace() {
    String early = "ARG a\n  COPY a b\nFROM scratch\n";
    Told.by(() -> parse(early))
        .in("Kubefile", early)
        .as(
            "Kubefile:2:3: no build stage has begun, COPY stands before any FROM",
            "begin with FROM scratch");
    String never = "ARG a\nARG b\n";
    Told.by(() -> parse(never))
        .in("Kubefile", never)
        .as("Kubefile:2:1: the file has no FROM", "begin with FROM scratch");
  }

  @Test
  void aMistakeInATriggerOfABaseNamesTheBase() {
    Told.by(() -> InstructionParser.parseTriggers(List.of("FROM y"), "ONBUILD of z"))
        .in("ONBUILD of z", "FROM y")
        .as("ONBUILD of z:1:1: FROM cannot be a trigger", "mend the base image");
    Told.by(() -> InstructionParser.parseTriggers(List.of("RUN x", "COPY y"), "ONBUILD of z"))
        .in("ONBUILD of z", "COPY y")
        .as(
            "ONBUILD of z:1:1: COPY needs at least one source and a destination",
            "write COPY source destination");
  }

  @Test
  void aMistakeInAnIgnoreFileIsToldWithItsPlace() {
    String open = "ok\n\n  a[b\n";
    Told.by(() -> IgnoreFile.parse(new Source(".dockerignore", open)))
        .in(".dockerignore", open)
        .as(
            ".dockerignore:3:3: the pattern \"a[b\" has a class that is not closed at character 2",
            "");
    String bare = "a\n !\n";
    Told.by(() -> IgnoreFile.parse(new Source(".dockerignore", bare)))
        .in(".dockerignore", bare)
        .as(".dockerignore:2:2: \"!\" has no pattern", "name what is to be taken in");
  }

  @Test
  void theLineIsShownWithACaretUnderTheMistake() {
    InstructionException mistake =
        catchThrowableOfType(
            InstructionException.class,
            () -> parse("FROM scratch\n\n# comment\nLABEL a=b \\\n\t  c=d oops \\\n  e=f\n"));

    assertThat(mistake.line()).isEqualTo(5);
    assertThat(mistake.column()).isEqualTo(8);
    assertThat(mistake.lineText()).isEqualTo("\t  c=d oops \\");
    assertThat(mistake.excerpt())
        .isEqualTo(
            """
            Kubefile:5:8: LABEL lacks = in "oops"
              5 | \t  c=d oops \\
                | \t      ^
            write LABEL NAME=value, with quotes around a value that has spaces""");
  }

  @Test
  void ofALongLineOnlyThePartAroundTheMistakeIsShown() {
    String text = "FROM scratch\nENV a=" + "x".repeat(1000) + " oops b=" + "y".repeat(1000) + "\n";

    InstructionException mistake =
        catchThrowableOfType(InstructionException.class, () -> parse(text));

    assertThat(mistake.column()).isEqualTo(1008);
    List<String> lines = mistake.excerpt().lines().toList();
    assertThat(lines.get(1)).startsWith("  2 | …xxx").endsWith("yyy…").hasSizeLessThan(180);
    assertThat(lines.get(1).charAt(lines.get(2).indexOf('^'))).isEqualTo('o');
  }

  @Test
  void aMistakeInTheSecondFileNamesThatFile() {
    assertThatThrownBy(
            () ->
                InstructionParser.parse(
                    List.of(new Source("a", "FROM scratch\n\n"), new Source("b", "\nCOPY x\n"))))
        .hasMessage("b:2:1: COPY needs at least one source and a destination");
  }

  @Test
  void aDirectiveThatStandsTwiceIsRefused() {
    assertThatThrownBy(() -> parse("# escape=\\\n# Escape=`\nFROM scratch"))
        .hasMessage("Kubefile:2:3: the parser directive escape stands twice, first in line 1");
  }

  @Test
  void anUnknownEscapeCharacterIsRefused() {
    assertThatThrownBy(() -> parse("\ufeff# escape=^\nFROM scratch"))
        .hasMessage("Kubefile:1:10: the escape character is to be \"^\", but may only be \\ or `");
  }

  @Test
  void aStageNameIsCheckedWhereBuildKitIsAskedFor() {
    assertThatThrownBy(() -> parse("# syntax=x\nFROM a AS 1st\n"))
        .hasMessage("Kubefile:2:11: \"1st\" is no name for a stage");
    assertThat(parse("FROM a AS platform/$X\n").instructions()).hasSize(1);
  }

  @Test
  void anEmptyFileIsToldApart() {
    assertThatThrownBy(() -> parse(""))
        .isInstanceOfSatisfying(
            BuildException.class, e -> assertThat(e.remedy()).contains("FROM scratch"))
        .hasMessage("Kubefile holds no instruction");
    assertThatThrownBy(() -> parse("# only\n\n  # comments\n"))
        .hasMessage("Kubefile holds no instruction");
    assertThatThrownBy(
            () -> InstructionParser.parse(List.of(new Source("a", ""), new Source("b", "\n"))))
        .hasMessage("a, b hold no instruction");
  }

  @Test
  void instructionsNeedAStage() {
    assertThatThrownBy(() -> parse("ARG a\nCOPY a b\nFROM scratch\n"))
        .hasMessage("Kubefile:2:1: no build stage has begun, COPY stands before any FROM");
    assertThatThrownBy(() -> parse("ARG a\nARG b\n"))
        .hasMessage("Kubefile:2:1: the file has no FROM");
  }

  @Test
  void aTriggerOfABaseImageMayNotBeginAStage() {
    assertThatThrownBy(
            () -> InstructionParser.parseTriggers(List.of("RUN x", "from y"), "ONBUILD of z"))
        .hasMessage("ONBUILD of z:1:1: FROM cannot be a trigger");
  }

  @Test
  void whatIsTooLargeOrNoTextIsRefused() {
    assertThatThrownBy(() -> parse("#".repeat(InstructionParser.MAX_TEXT + 1)))
        .hasMessage("Kubefile is longer than 8388608 characters");
    assertThatThrownBy(() -> parse("FROM scratch\n\0")).hasMessage("Kubefile is not a text file");
    assertThatThrownBy(() -> parse("FROM scratch\n" + "USER x\n".repeat(10_000)))
        .hasMessage("Kubefile:10001:1: there are more than 10000 instructions");
    assertThatThrownBy(() -> parse("FROM scratch\nENV a=" + "x".repeat(2 << 20)))
        .hasMessage("Kubefile:2:1: an instruction is longer than 2097152 characters");
    assertThatThrownBy(() -> parse("FROM scratch\nRUN " + "<<A ".repeat(1001)))
        .hasMessage("Kubefile:2:1: an instruction opens more than 1000 heredocs");
  }
}
