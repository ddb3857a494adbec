package dev.sealosbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "Linux/X86_64, linux/amd64",
    "linux/x86-64, linux/amd64",
    "linux/amd64/v1, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm64/8, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "linux/i386, linux/386",
    "linux/riscv64, linux/riscv64",
    "windows/amd64, windows/amd64",
  })
  void aliasesAreNormalised(String text, String normal) {
    assertThat(Platform.parse(text)).hasToString(normal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux//v7", "a/b/c/d", "linux/am d64"})
  void whatIsNoPlatformIsRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(BuildException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64/v3, linux/amd64, false",
    "linux/amd64, linux/amd64/v3, false",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm/v6, linux/arm, false",
    "linux/arm/v7, linux/arm, true",
    "linux/arm64, linux/arm, false",
    "windows/amd64, linux/amd64, false",
  })
  void variantsCount(String offered, String wanted, boolean satisfied) {
    assertThat(Platform.parse(offered).satisfies(Platform.parse(wanted))).isEqualTo(satisfied);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/arm/v6, linux/arm, true",
    "linux/arm/v5, linux/arm/v6, true",
    "linux/arm/v7, linux/arm/v6, false",
    "linux/amd64, linux/amd64/v3, true",
    "linux/amd64/v2, linux/amd64, false",
    "linux/arm64, linux/arm64/v9, true",
    "linux/arm/v7, linux/arm64, false",
  })
  void olderVariantsRunToo(String offered, String wanted, boolean runs) {
    assertThat(Platform.parse(wanted).runs(Platform.parse(offered))).isEqualTo(runs);
  }

  @Test
  void indexGivesTheNewestVariantThatRuns() {
    Descriptor v5 = descriptor("v5", Platform.parse("linux/arm/v5"));
    Descriptor v6 = descriptor("v6", Platform.parse("linux/arm/v6"));
    ImageIndex index = ImageIndex.of(MediaType.OCI_INDEX, List.of(v5, v6), Map.of());

    assertThat(index.find(Platform.parse("linux/arm/v7"))).contains(v6);
    assertThat(index.find(Platform.parse("linux/arm/v5"))).contains(v5);
  }

  @Test
  void indexGivesTheImageOfThePlatformAndNotOneForNewerProcessors() {
    Descriptor newer = descriptor("newer", new Platform("linux", "amd64", "v3"));
    Descriptor plain = descriptor("plain", new Platform("linux", "amd64", null));
    Descriptor arm = descriptor("arm", new Platform("linux", "arm64", "v8"));
    Descriptor attestation = descriptor("other", new Platform("unknown", "unknown", null));
    Descriptor none = descriptor("none", null);
    ImageIndex index =
        ImageIndex.of(MediaType.OCI_INDEX, List.of(none, attestation, newer, plain, arm), Map.of());

    assertThat(index.find(Platform.parse("linux/amd64"))).contains(plain);
    assertThat(index.find(Platform.parse("linux/amd64/v3"))).contains(newer);
    assertThat(index.find(Platform.parse("linux/arm64"))).contains(arm);
    assertThat(index.find(Platform.parse("linux/s390x"))).isEmpty();
  }

  private static Descriptor descriptor(
      String content, @org.jspecify.annotations.Nullable Platform p) {
    return Descriptor.of(
            MediaType.OCI_MANIFEST, content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .withPlatform(p);
  }
}
