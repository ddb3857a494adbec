package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private final Called caller = new Called();

  @Test
  void aloneItTellsWhatCommandsThereAre() {
    assertThat(caller.run()).isZero();
    assertThat(caller.out()).contains("Usage:\n  sealos-build [options] COMMAND\n", "  build  ");
    assertThat(caller.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"build --help", "--help build", "build -h", "help build", "--root x build --help"})
  void helpTellsAboutACommandWhereverItStands(String line) {
    assertThat(caller.run(line.split(" "))).isZero();
    assertThat(caller.out()).contains("sealos-build build [options] [CONTEXT]", "-t, --tag IMAGE");
    assertThat(caller.out().lines()).allMatch(text -> text.length() <= 80);
  }

  @Test
  void theVersionIsThatOfTheProject() {
    assertThat(caller.run("--version")).isZero();
    assertThat(caller.out()).matches("sealos-build version [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "buidl | unknown command \"buidl\" for sealos-build | did you mean build?",
        "--vresion | unknown option --vresion for sealos-build | did you mean --version?",
        "build --tga=x | unknown option --tga for sealos-build build | did you mean --tag?",
        "build --xyzzy | unknown option --xyzzy for sealos-build build | build --help lists",
        "build -t | option --tag needs a value | give it as --tag=IMAGE",
        "build --tag --push | option --tag needs a value | give it as --tag=IMAGE",
        "build a b | \"b\" is one argument too many for sealos-build build | [options] [CONTEXT]",
        "build --push=perhaps | option --push is given \"perhaps\" | it takes true or false",
        "build --progress=loud | --progress is \"loud\" | it takes auto, tty, plain or json",
        "build --log-level=loud | --log-level is given \"loud\" | trace, debug, info, warn or error",
        "build --iidfile=/nowhere/x | --iidfile /nowhere/x lies in a directory | make the directory",
        "build --metadata-file=/ | --metadata-file / is a directory | name a file",
      })
  void aMistakeIsAnsweredWithWhatIsWrongAndWhatToDo(String line, String problem, String remedy) {
    assertThat(caller.run(line.split(" "))).isEqualTo(125);
    assertThat(caller.err()).startsWith("Error: " + problem).contains("\n  ").contains(remedy);
    assertThat(caller.err()).doesNotContain("\tat ");
    assertThat(caller.out()).isEmpty();
  }

  @Test
  void aStackTraceIsToldOnlyToThoseWhoAskForIt() {
    caller.run("build", "--format=x", "--log-level", "debug");
    assertThat(caller.err()).contains("\tat dev.sealosbuild.cli.BuildArguments");
  }

  @Test
  void whatDoesNotPrintIsNotSentToTheTerminal() {
    caller.run("\u001b[31m");
    assertThat(caller.err()).contains("\"\\u001b[31m\"").doesNotContain("\u001b");
  }

  @Test
  void aPasswordIsNeverTold(@org.junit.jupiter.api.io.TempDir Path directory) {
    Path missing = directory.resolve("missing");
    String[] args = {
      "--root=" + directory, "--log-level=trace", "build", "--creds=me:hunter2", missing.toString()
    };

    assertThat(caller.run(args)).isEqualTo(125);
    assertThat(caller.err() + caller.out()).doesNotContain("hunter2");
  }

  @Test
  void theStoreIsWhereTheOptionTheVariableOrTheUserHasIt() {
    assertThat(root("--root=/a")).isEqualTo(Path.of("/a"));
    caller.with("SEALOS_BUILD_ROOT", "/b");
    assertThat(root()).isEqualTo(Path.of("/b"));
    assertThat(root("--root", "c")).isEqualTo(Path.of("c").toAbsolutePath());

    String user = System.getProperty("user.name");
    try {
      System.setProperty("user.name", "root");
      caller.with("SEALOS_BUILD_ROOT", "").with("HOME", "/home/me");
      assertThat(root()).isEqualTo(Path.of("/var/lib/sealos-build"));
      System.setProperty("user.name", "me");
      assertThat(root()).isEqualTo(Path.of("/home/me/.local/share/sealos-build"));
      caller.with("XDG_DATA_HOME", "/data");
      assertThat(root()).isEqualTo(Path.of("/data/sealos-build"));
    } finally {
      System.setProperty("user.name", user);
    }
  }

  private Path root(String... args) {
    return GlobalOptions.root(
        Arguments.parse(new BuildCommand(), List.of(args)), caller.invocation());
  }
}
