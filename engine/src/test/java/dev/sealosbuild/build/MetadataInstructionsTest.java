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
  void portsOfBuildkitsDialectAreTheContainersOneByOne() {
    Source file =
        new Source("f", "# syntax=docker/dockerfile:1\nFROM scratch\nEXPOSE 8080:80 90-92/UDP $P");
    Instruction instruction = InstructionParser.parse(file).instructions().get(1);
    ContainerConfig config =
        MetadataInstructions.apply(
            instruction, ContainerConfig.EMPTY, new WordExpansion(instruction, name -> "7-8"));

    assertThat(config)
        .extracting(ContainerConfig::exposedPorts)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.collection(String.class))
        .containsExactly("7/tcp", "8/tcp", "80/tcp", "90/udp", "91/udp", "92/udp");
    assertThatThrownBy(
            () ->
                MetadataInstructions.apply(
                    instruction,
                    ContainerConfig.EMPTY,
                    new WordExpansion(instruction, name -> "9-7")))
        .hasMessage("\"9-7\" is not a port of a container");
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
