package dev.sealosbuild.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class JsonTest {

  @Test
  void everyKindOfValueComesBack() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("z", "text \"quoted\" \u0001 é 😀 <&>");
    value.put("a", 1L << 60);
    value.put("decimal", new BigDecimal("1.50"));
    value.put("big", new BigDecimal("123456789012345678901234567890"));
    value.put("list", Arrays.asList(true, false, null, List.of(), Map.of()));

    assertThat(Json.read(Json.write(value), "text")).isEqualTo(value);
    assertThat(Json.read(Json.writeIndented(value), "text")).isEqualTo(value);
    assertThat(new String(Json.write(Map.of("a", List.of(1, "b"))), UTF_8))
        .isEqualTo("{\"a\":[1,\"b\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "nul",
        "tru e",
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "1 2",
        "{} {}",
        "{}x",
        "// c\n1",
        "\"\t\"",
        "\"\\x\"",
        "\"open",
        "{\"a\":1,\"a\":2}",
        "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}",
        "\uFEFF{} x"
      })
  void whatIsNotOneValueIsRefused(String text) {
    assertThatThrownBy(() -> Json.read(text.getBytes(UTF_8), "the text"))
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("the text ");
  }

  @Test
  void bytesThatAreNotTextAreRefused() {
    for (byte[] bytes :
        List.of(
            new byte[] {'"', (byte) 0xff, '"'},
            new byte[] {'"', (byte) 0xc3, '"'},
            new byte[] {0, 0, 0, 0},
            new byte[1000])) {
      assertThatThrownBy(() -> Json.read(bytes, "the text")).isInstanceOf(BuildException.class);
    }
  }

  @Test
  void depthIsLimited() {
    String deep = "[".repeat(200) + "]".repeat(200);
    assertThat(Json.read(deep.getBytes(UTF_8), "text")).isInstanceOf(List.class);
    for (String open : List.of("[", "{\"a\":")) {
      String deeper = open.repeat(1_000_000);
      assertThatThrownBy(() -> Json.read(deeper.getBytes(UTF_8), "text"))
          .isInstanceOf(BuildException.class);
    }
  }

  @Test
  void numbersOfManyDigitsAreRefusedAndHugeExponentsCostNothing() {
    assertThatThrownBy(() -> Json.read("9".repeat(1_000_000).getBytes(UTF_8), "text"))
        .isInstanceOf(BuildException.class);
    JsonObject object =
        Json.readObject("{\"n\":1e999999999,\"big\":9223372036854775808}".getBytes(UTF_8), "text");
    assertThatThrownBy(() -> object.number("n", 0)).isInstanceOf(BuildException.class);
    assertThatThrownBy(() -> object.number("big", 0)).isInstanceOf(BuildException.class);
  }

  @Test
  void membersOfAnotherTypeAreNamed() {
    JsonObject object =
        Json.readObject(
            "{\"s\":1,\"n\":\"1\",\"b\":0,\"o\":[],\"l\":{},\"m\":{\"x\":1},\"null\":null}"
                .getBytes(UTF_8),
            "the manifest");

    assertThatThrownBy(() -> object.string("s")).hasMessage("the manifest: \"s\" is not a string");
    assertThatThrownBy(() -> object.number("n", 0)).hasMessageContaining("\"n\"");
    assertThatThrownBy(() -> object.bool("b")).hasMessageContaining("\"b\"");
    assertThatThrownBy(() -> object.object("o")).hasMessageContaining("\"o\"");
    assertThatThrownBy(() -> object.objects("l")).hasMessageContaining("\"l\"");
    assertThatThrownBy(() -> object.strings("l")).hasMessageContaining("\"l\"");
    assertThatThrownBy(() -> object.stringMap("m")).hasMessageContaining("\"m\"");
    assertThatThrownBy(() -> object.requiredString("null")).hasMessageContaining("lacks \"null\"");
    assertThat(object.string("null")).isNull();
    assertThat(object.strings("null")).isNull();
    assertThat(object.objects("none")).isEmpty();
  }
}
