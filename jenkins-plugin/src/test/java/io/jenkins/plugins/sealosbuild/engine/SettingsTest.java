package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void aMapAListAnArrayAndLinesAreTheSame() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("A", "1");
    map.put("B", null);

    assertThat(of("buildArgs", map).texts("buildArgs")).containsExactly("A=1", "B");
    assertThat(of("buildArgs", List.of("A=1", "B")).texts("buildArgs")).containsExactly("A=1", "B");
    assertThat(of("buildArgs", " A=1\r\n\nB ").texts("buildArgs")).containsExactly("A=1", "B");
    assertThat(of("buildArgs", new String[] {"A=1", "B"}).texts("buildArgs"))
        .containsExactly("A=1", "B");
  }

  @Test
  void aMapOfHostsIsJoinedAsTheOptionWantsIt() {
    assertThat(of("addHosts", Map.of("db", "10.0.0.1")).texts("addHosts"))
        .containsExactly("db:10.0.0.1");
  }

  @Test
  void numbersAreTexts() {
    assertThat(of("timestamp", 0).text("timestamp")).isEqualTo("0");
    assertThat(of("jobs", 4L).text("jobs")).isEqualTo("4");
  }

  @Test
  void whatIsEmptyIsNotGiven() {
    assertThat(of("target", " ").has("target")).isFalse();
    assertThat(of("tags", "").has("tags")).isFalse();
    assertThat(of("push", "").has("push")).isFalse();
  }

  @Test
  void anOptionsOwnNameIsTakenForItsParameter() {
    assertThat(of("buildArg", "A=1").texts("buildArgs")).containsExactly("A=1");
  }

  @Test
  void whatFitsNoParameterIsRefused() {
    assertThatThrownBy(() -> of("push", "perhaps"))
        .isInstanceOf(BuildException.class)
        .hasMessage("push is \"perhaps\"");
    assertThatThrownBy(() -> of("target", List.of("a", "b"))).hasMessageContaining("target");
    assertThatThrownBy(() -> of("tagz", "a")).hasMessageContaining("tagz");
  }

  @Test
  void defaultsCountWhereNothingIsSaid() {
    Settings settings = of("isolation", "oci");

    Settings all = settings.withDefaults(Map.of("isolation", "chroot", "jvmOptions", "-Xmx1g"));
    assertThat(all.text("isolation")).isEqualTo("oci");
    assertThat(all.text("jvmOptions")).isEqualTo("-Xmx1g");
  }

  @Test
  void aRegistryWithoutAUrlOrCredentialsIsRefused() {
    assertThat(of("registries", List.of("my id r.example.com")).texts("registries"))
        .containsExactly("my id r.example.com");
    assertThatThrownBy(() -> of("registries", List.of(" r.example.com")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("r.example.com");
  }

  @Test
  void variablesAreExpandedInEveryText() {
    Settings settings =
        Settings.of(
            Map.of("tags", List.of("a:$N"), "target", "t$N"), text -> text.replace("$N", "7"));
    assertThat(settings.texts("tags")).containsExactly("a:7");
    assertThat(settings.text("target")).isEqualTo("t7");
  }

  @Test
  void aStepThatWaitsKeepsThem() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(of("tags", List.of("a:1", "b:2")));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((Settings) in.readObject()).texts("tags")).containsExactly("a:1", "b:2");
    }
  }

  private static Settings of(String name, Object value) {
    return Settings.of(Map.of(name, value), text -> text);
  }
}
