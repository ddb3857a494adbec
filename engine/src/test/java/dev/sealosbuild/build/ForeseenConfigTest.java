package dev.sealosbuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.image.ContainerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForeseenConfigTest {
  @Test
  void variablesAndArgumentsAreExpanded() {
    ContainerConfig config =
        after(
            """
            FROM scratch
            ARG TIER=dev
            ENV NAME=${NAME:-"shop"} OPTS=${OPTS:-" \\
            --set a=1 \\
            --set b=$TIER \\
            "}
            CMD ["helm install $(NAME)"]
            """,
            null,
            Map.of("TIER", "prod"));

    assertThat(config.env()).containsExactly("NAME=shop", "OPTS= --set a=1 --set b=prod ");
    assertThat(config.cmd()).containsExactly("helm install $(NAME)");
  }

  @Test
  void stagesInheritFromStagesAndFromTheBase() {
    String text =
        """
        FROM scratch AS Base
        ENV A=1
        ENTRYPOINT ["e"]
        CMD ["old"]
        FROM Base AS next
        ENV B=$A$GIVEN
        CMD c d
        FROM Base AS last
        ENTRYPOINT ["own"]
        """;

    ContainerConfig next = after(text, "next", Map.of());
    assertThat(next.env()).containsExactly("GIVEN=base", "A=1", "B=1base");
    assertThat(next.entrypoint()).containsExactly("e");
    assertThat(next.cmd()).containsExactly("/bin/sh", "-c", "c d");
    ContainerConfig last = after(text, "last", Map.of());
    assertThat(last.entrypoint()).containsExactly("own");
    assertThat(last.cmd()).as("which was for the base's own ENTRYPOINT").isNull();
  }

  private static ContainerConfig after(
      String text, @org.jspecify.annotations.Nullable String target, Map<String, String> args) {
    Stage.Plan plan =
        Stage.split(InstructionParser.parse(java.util.List.of(new Source("Kubefile", text))), null);
    StageList stages = new StageList(plan.stages());
    Variables globals = Variables.global(args, Map.of(), Map.of());
    ContainerConfig base =
        args.isEmpty()
            ? ContainerConfig.EMPTY.withEnvironment("GIVEN", "base")
            : ContainerConfig.EMPTY;
    return new ForeseenConfig(stages, globals)
        .after(stages.target(target), globals.ofStage(), base);
  }
}
