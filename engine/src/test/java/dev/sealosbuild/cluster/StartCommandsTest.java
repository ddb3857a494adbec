package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartCommandsTest {

  @Test
  void envIsExpandedAndCmdIsNot() {
    StartCommands start =
        of(
            """
            FROM scratch
            ARG TIER=dev
            ENV NAME=${NAME:-"shop"} OPTS=${OPTS:-" \\
            --set a=1 \\
            --set b=$TIER \\
            "}
            CMD ["helm install $(NAME)"]
            """,
            Map.of());

    assertThat(start.variables())
        .isEqualTo(Map.of("NAME", "shop", "OPTS", " --set a=1 --set b=dev "));
    assertThat(start.commands())
        .containsExactly(new CommandLine.Exec(List.of("helm install $(NAME)")));
  }

  @Test
  void stagesInheritFromStages() {
    String text =
        """
        ARG BASE=base
        FROM scratch AS Base
        ENV A=1
        ENTRYPOINT ["e"]
        CMD ["old"]
        FROM ${BASE}
        ARG A2
        ENV B=$A$A2
        CMD c d
        FROM scratch AS last
        """;

    assertThat(of(text, "1", Map.of("A2", "2")))
        .isEqualTo(
            new StartCommands(
                List.of(new CommandLine.Exec(List.of("e")), new CommandLine.Shell("c d")),
                Map.of("A", "1", "B", "12")));
    assertThat(of(text, Map.of())).isEqualTo(StartCommands.NONE);
    assertThat(of(text, "BASE", Map.of()).commands()).hasSize(2);
  }

  private static StartCommands of(String text, Map<String, String> buildArgs) {
    return of(text, null, buildArgs);
  }

  private static StartCommands of(
      String text, @org.jspecify.annotations.Nullable String target, Map<String, String> args) {
    return StartCommands.of(InstructionParser.parse(new Source("Kubefile", text)), target, args);
  }
}
