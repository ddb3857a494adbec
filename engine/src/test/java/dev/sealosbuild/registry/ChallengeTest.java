package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void parametersMayBeQuotedBareOrEscapedInAnyOrder() {
    assertThat(
            Challenge.parse(
                "Bearer service=reg , realm=\"https://a/b?c=d,e\",scope=\"x \\\"y\\\" z\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of("service", "reg", "realm", "https://a/b?c=d,e", "scope", "x \"y\" z")));
  }

  @Test
  void severalChallengesStandInOneHeader() {
    assertThat(Challenge.parse("Negotiate, Basic realm=\"a\", Bearer realm=\"b\",service=\"c\""))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a")),
            new Challenge("bearer", Map.of("realm", "b", "service", "c")));
  }

  @Test
  void whatMakesNoSenseIsReadToItsEnd() {
    assertThat(Challenge.parse("")).isEmpty();
    assertThat(Challenge.parse("=\"=,\"\"=")).isNotNull();
    assertThat(Challenge.parse("Bearer realm=\"never closed")).hasSize(1);
  }
}
