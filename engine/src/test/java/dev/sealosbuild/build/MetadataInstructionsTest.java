package dev.sealosbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetadataInstructionsTest {

  private static @Nullable ContainerConfig apply(String line, String value) {
    Instruction instruction =
        InstructionParser.parse(new Source("f", "FROM scratch\n" + line)).instructions().get(1);
    WordExpansion words = new WordExpansion(instruction, name -> value);
    return MetadataInstructions.apply(instruction, ContainerConfig.EMPTY, words);
  }

  @Test
  void aSignalThatAVariableBringsIsChecked() {
    assertThat(apply("STOPSIGNAL $S", "SIGINT"))
        .extracting(ContainerConfig::stopSignal)
        .isEqualTo("SIGINT");
    assertThatThrownBy(() -> apply("STOPSIGNAL $S", "SIGFOO"))
        .isInstanceOfSatisfying(
            BuildException.class, e -> assertThat(e.remedy()).contains("SIGTERM"))
        .hasMessage("\"SIGFOO\" is not a signal");
  }
}
