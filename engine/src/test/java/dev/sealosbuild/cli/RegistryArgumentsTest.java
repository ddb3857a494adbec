package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Retry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryArgumentsTest {
  @Test
  void requestsAreRepeatedThreeTimesUnlessToldOtherwise() {
    assertThat(read().retry()).isEqualTo(new Retry(3, Duration.ofSeconds(2)));
    assertThat(read("--retry=0").retry().times()).isZero();
    assertThat(read("--retry", "7", "--retry-delay", "1m0.5s").retry())
        .isEqualTo(new Retry(7, Duration.ofMillis(60_500)));
  }

  @Test
  void repetitionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> read("--retry=-1"))
        .isInstanceOf(BuildException.class)
        .hasMessage("--retry is -1");
    for (String delay : List.of("soon", "2", "-1s")) {
      assertThatThrownBy(() -> read("--retry-delay=" + delay))
          .isInstanceOf(BuildException.class)
          .hasMessage("--retry-delay is \"" + delay + "\"");
    }
  }

  @Test
  void registriesConfSaysWhatIsVerifiedUnlessTheUserDoes() {
    assertThat(read().tlsVerify()).isNull();
    assertThat(read("--tls-verify").tlsVerify()).isTrue();
    assertThat(read("--tls-verify=false").tlsVerify()).isFalse();
    RegistryOptions options = read("--registries-conf", "a.conf", "--registries-conf-dir=d");
    assertThat(options.files().registriesConf()).isEqualTo(Path.of("a.conf"));
    assertThat(options.files().registriesConfDir()).isEqualTo(Path.of("d"));
  }

  private static RegistryOptions read(String... options) {
    PushCommand push = new PushCommand();
    List<String> all = new ArrayList<>(List.of(options));
    all.add("image");
    return RegistryArguments.read(Arguments.parse(push, all), new Called().invocation());
  }

  @Test
  void theOptionsShowNoSecret() {
    Called caller = new Called().with("SEALOS_BUILD_USERNAME", "anna");
    caller.with("SEALOS_BUILD_PASSWORD", "s3cret");
    Arguments arguments = Arguments.parse(new PushCommand(), List.of("image"));
    RegistryOptions options = RegistryArguments.read(arguments, caller.invocation());
    assertThat(options.credentials()).isNotNull();
    assertThat(options.toString()).contains("anna").doesNotContain("s3cret");
  }
}
