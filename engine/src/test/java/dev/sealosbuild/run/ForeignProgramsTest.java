package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignProgramsTest {
  private static final String AARCH64 =
      """
      interpreter /usr/bin/qemu-aarch64-static
      flags: F
      offset 0
      magic 7f454c460201010000000000000000000200b700
      mask ffffffffffffff00fffffffffffffffffeffffff
      """;

  @TempDir private Path registered;
  private ForeignPrograms programs;

  @BeforeEach
  void mount() throws IOException {
    Files.writeString(registered.resolve("status"), "enabled\n");
    Files.writeString(registered.resolve("qemu-aarch64"), "enabled\n" + AARCH64);
    programs = new ForeignPrograms(registered, Platform.parse("linux/amd64"));
  }

  @Test
  void programsOfTheMachineNeedNothing() {
    assertThatCode(() -> programs.require(Platform.parse("linux/amd64")))
        .doesNotThrowAnyException();
    assertThatCode(() -> programs.require(Platform.parse("linux/386"))).doesNotThrowAnyException();
  }

  @Test
  void programsOfAnotherNeedAnEmulator() throws IOException {
    assertThatCode(() -> programs.require(Platform.parse("linux/arm64")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> programs.require(Platform.parse("linux/s390x")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("linux/s390x")
        .extracting(e -> ((BuildException) e).remedy())
        .asString()
        .contains("qemu-user-static");
    Files.writeString(registered.resolve("qemu-aarch64"), "disabled\n" + AARCH64);
    assertThatThrownBy(() -> programs.require(Platform.parse("linux/arm64")))
        .hasMessageContaining("binfmt_misc");
  }

  @Test
  void whereTheRegistrationsAreNotToBeSeenRunningWillTell() throws IOException {
    Files.delete(registered.resolve("status"));
    assertThatCode(() -> programs.require(Platform.parse("linux/s390x")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> programs.require(Platform.parse("windows/amd64")))
        .hasMessageContaining("windows/amd64");
  }
}
