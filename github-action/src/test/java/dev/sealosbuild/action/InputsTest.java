package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputsTest {

  @Test
  void aListHasOneValueALine() {
    assertThat(list("  a=1\r\n\n# no value\n b=2 3 \n")).containsExactly("a=1", "b=2 3");
  }

  @Test
  void aQuotedValueMayHaveManyLines() {
    assertThat(list("\"key=one\n  two \"\"quoted\"\"\n\"\nlast=3"))
        .containsExactly("key=one\n  two \"quoted\"\n", "last=3");
  }

  @Test
  void aQuoteThatIsNotClosedIsTold() {
    assertThatThrownBy(() -> list("\"key=one\ntwo"))
        .isInstanceOf(BuildException.class)
        .hasMessage("a value of the input list begins with a double quote that is not closed");
  }

  @Test
  void wordsAreThoseOfAShell() {
    Inputs inputs =
        new Inputs(Map.of("INPUT_ARGS", "--a=b 'c d'\t\"e \\\"f\\\"\" g\\ h '' \\\n--last\n"));

    assertThat(inputs.words("args"))
        .containsExactly("--a=b", "c d", "e \"f\"", "g h", "", "--last");
  }

  @Test
  void anInputIsFoundWhicheverWayTheRunnerWritesItsName() {
    assertThat(new Inputs(Map.of("INPUT_BUILD-ARGS", "a=b")).list("build-args"))
        .isEqualTo(new Inputs(Map.of("INPUT_BUILD_ARGS", "a=b")).list("build-args"))
        .containsExactly("a=b");
  }

  @Test
  void inputsBecomeArgumentsOfTheEngine() {
    EngineCall call =
        EngineCall.of(
            new Inputs(
                Map.of(
                    "INPUT_CONTEXT", "app",
                    "INPUT_TAGS", "a:1, a:2\nb:1",
                    "INPUT_BUILD_ARGS", "X=1\nY",
                    "INPUT_PUSH", "true",
                    "INPUT_PULL", "",
                    "INPUT_SECRETS", "token=hunter22",
                    "INPUT_SECRET_FILES", "npmrc=dir/.npmrc",
                    "INPUT_SECRET_ENVS", "key=KEY",
                    "INPUT_ARGS", "--ulimit nofile=9")),
            Map.of("INPUT_SECRETS", "token=hunter22", "KEY", "v"));

    assertThat(call.arguments())
        .isEqualTo(
            List.of(
                "build",
                "--progress=json",
                "--log-level=info",
                "--build-arg=X=1",
                "--build-arg=Y",
                "--tag=a:1",
                "--tag=a:2",
                "--tag=b:1",
                "--push=true",
                "--secret=id=token,env=SEALOS_BUILD_SECRET_0",
                "--secret=id=npmrc,src=dir/.npmrc",
                "--secret=id=key,env=KEY",
                "--ulimit",
                "nofile=9",
                "--",
                "app"));
    assertThat(call.environment())
        .isEqualTo(Map.of("KEY", "v", "SEALOS_BUILD_SECRET_0", "hunter22"));
  }

  @Test
  void aSecretWithoutAnIdIsNotRepeated() {
    assertThatThrownBy(
            () -> EngineCall.of(new Inputs(Map.of("INPUT_SECRETS", "hunter22")), Map.of()))
        .isInstanceOf(BuildException.class)
        .hasMessage("a line of the input secrets has no ID");
  }

  @Test
  void aResultIsNotWrittenIntoTheLog() {
    for (String output : List.of("-", "type=tar,dest=-", "dest=-,type=oci")) {
      assertThatThrownBy(() -> EngineCall.of(new Inputs(Map.of("INPUT_OUTPUTS", output)), Map.of()))
          .isInstanceOf(BuildException.class)
          .hasMessage("a line of the input outputs leads to standard output, which is the log");
    }
  }

  @Test
  void whatTheEngineSaysOfASecretNamesItsInput() {
    assertThat(Input.inWords("--secret id=a,src=/b names the file /b"))
        .isEqualTo("secret-files a=/b names the file /b");
    assertThat(Input.inWords("--secret id=a,env=B")).isEqualTo("secret-envs a=B");
  }

  private static List<String> list(String text) {
    return new Inputs(Map.of("INPUT_LIST", text)).list("list");
  }
}
