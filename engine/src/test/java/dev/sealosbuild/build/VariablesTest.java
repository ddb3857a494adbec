package dev.sealosbuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private static final Platform ARM = new Platform("linux", "arm", "v7");

  @Test
  void stageKnowsOfAGlobalArgumentOnlyWhatItDeclaresAgain() {
    Variables global = Variables.global(Map.of(), Map.of(), Variables.automatic(ARM, null, null));
    global.declare("VERSION", "1");
    Variables stage = global.ofStage();

    assertThat(value(stage, "VERSION")).isNull();
    stage.declare("VERSION", null);
    assertThat(value(stage, "VERSION")).isEqualTo("1");
    stage.declare("VERSION", "2");
    assertThat(value(stage, "VERSION")).isEqualTo("2");
    assertThat(value(global.ofStage(), "VERSION")).isNull();
  }

  @Test
  void requestGoesBeforeEveryDefault() {
    Variables global =
        Variables.global(Map.of("A", "request"), Map.of(), Variables.automatic(ARM, null, null));
    global.declare("A", "global");
    Variables stage = global.ofStage();
    stage.declare("A", "stage");

    assertThat(value(stage, "A")).isEqualTo("request");
  }

  @Test
  void argumentWithoutAValueIsTheProcessesOwn() {
    Map<String, @Nullable String> asked = new HashMap<>();
    asked.put("SET", null);
    asked.put("UNSET", null);
    Variables stage =
        Variables.global(asked, Map.of("SET", "here"), Variables.automatic(ARM, null, null))
            .ofStage();
    stage.declare("SET", "default");
    stage.declare("UNSET", "default");

    assertThat(value(stage, "SET")).isEqualTo("here");
    assertThat(value(stage, "UNSET")).isEqualTo("default");
  }

  @Test
  void platformArgumentsAreThereOnceDeclared() {
    Variables global = Variables.global(Map.of(), Map.of(), Variables.automatic(ARM, null, null));
    assertThat(value(global, "TARGETPLATFORM")).isEqualTo("linux/arm/v7");
    Variables stage = global.ofStage();
    assertThat(value(stage, "TARGETARCH")).isNull();
    stage.declare("TARGETARCH", null);
    stage.declare("TARGETVARIANT", null);

    assertThat(value(stage, "TARGETARCH")).isEqualTo("arm");
    assertThat(value(stage, "TARGETVARIANT")).isEqualTo("v7");
  }

  @Test
  void variableOfTheImageHidesAnArgument() {
    Variables stage =
        Variables.global(Map.of("A", "arg"), Map.of(), Variables.automatic(ARM, null, null))
            .ofStage();
    stage.declare("A", null);

    assertThat(stage.value("A", ContainerConfig.EMPTY.withEnvironment("A", ""))).isEqualTo("");
  }

  @Test
  void proxiesNeedNoDeclarationAndAreNeverUnused() {
    Variables stage =
        Variables.global(
                Map.of("http_proxy", "p", "OTHER", "o"),
                Map.of(),
                Variables.automatic(ARM, null, null))
            .ofStage();

    assertThat(value(stage, "http_proxy")).isEqualTo("p");
    assertThat(stage.declared()).isEmpty();
    assertThat(stage.unused(Set.of())).containsExactly("OTHER");
    assertThat(stage.unused(Set.of("OTHER"))).isEmpty();
  }

  private static @Nullable String value(Variables variables, String name) {
    return variables.value(name, ContainerConfig.EMPTY);
  }
}
