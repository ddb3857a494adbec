package dev.sealosbuild.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlTest {
  @Test
  void aDocumentIsReadAsItIsWritten() {
    TomlTable root =
        read(
            """
            # a comment, then a list over lines
            search = [
              "a.com", # the first
              'b.com',
            ]
            [[registry]]
            "prefix" = '*.x.com'
            insecure = true
            [[registry.mirror]]
            location = \"""
            m.com\\
               /x\"""
            [[registry.mirror]]
            [[registry]]
            mirror = [{location = "c", insecure = true}, {}]
            [aliases]
            "a.b/c" = "d"
            e.f = 'g'
            """);

    assertThat(root.strings("search")).containsExactly("a.com", "b.com");
    List<TomlTable> registries = root.tables("registry");
    assertThat(registries).hasSize(2);
    TomlTable first = registries.get(0);
    assertThat(first.string("prefix")).isEqualTo("*.x.com");
    assertThat(first.bool("insecure")).isTrue();
    assertThat(first.bool("blocked")).isFalse();
    assertThat(first.tables("mirror")).hasSize(2);
    assertThat(first.tables("mirror").get(0).string("location")).isEqualTo("m.com/x");
    assertThat(first.place()).isEqualTo("it.toml:6");
    assertThat(first.place("insecure")).isEqualTo("it.toml:8");
    TomlTable inBraces = registries.get(1).tables("mirror").get(0);
    assertThat(inBraces.bool("insecure")).isTrue();
    TomlTable aliases = Objects.requireNonNull(root.table("aliases"));
    assertThat(aliases.keys()).containsExactly("a.b/c", "e");
    assertThat(Objects.requireNonNull(aliases.table("e")).string("f")).isEqualTo("g");
    assertThat(aliases.string("none")).isNull();
  }

  @Test
  void aWindowsFileWithAByteOrderMarkIsRead() {
    TomlTable root = read("\ufeffa = 'x'\r\nb = '''\r\ny\r\nz'''\r\n\r\n[c]\r\nd = true");
    assertThat(root.string("a")).isEqualTo("x");
    assertThat(root.string("b")).isEqualTo("y\nz");
    assertThat(Objects.requireNonNull(root.table("c")).bool("d")).isTrue();
  }

  @Test
  void stringsHaveTheirEscapesAndQuotes() {
    TomlTable root =
        read(
            "a = \"\\t\\u00e9\\U0001F600\\\\\\\"\"\nb = '\\t'\nc = \"\"\"a\"\"b\"\"\"\"\"\n"
                + "d = ''''x'''''\ne = \"\"\"\n\n\\  \n  \n z\"\"\"\nf = \"\"\n");
    assertThat(root.string("a")).isEqualTo("\té😀\\\"");
    assertThat(root.string("b")).isEqualTo("\\t");
    assertThat(root.string("c")).isEqualTo("a\"\"b\"\"");
    assertThat(root.string("d")).isEqualTo("'x''");
    assertThat(root.string("e")).isEqualTo("\nz");
    assertThat(root.string("f")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-17",
        "1_000",
        "0xdead_BEEF",
        "0o755",
        "0b01",
        "3.14",
        "-1e+9",
        "6.6e-3",
        "inf",
        "-nan",
        "1979-05-27",
        "07:32:00.5",
        "1979-05-27T07:32:00Z",
        "1979-05-27 07:32:00-07:00",
        "[1, [2.0, 'x'], {y = 1}]",
        "[]",
        "{}",
        "{a.b = 1, a.c = 2}"
      })
  void valuesOfEveryKindAreTaken(String value) {
    assertThat(read("a = " + value + "# and no more\nb = 1").keys()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "1__0",
        "1_",
        "_1",
        "1.",
        ".1",
        "+0x1",
        "0xg",
        "tru",
        "True",
        "yes",
        "1e",
        "1 2",
        "1979-5-27",
        "",
        "'x",
        "\"x\n\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\u12\"",
        "[1",
        "[,]",
        "[1,,2]",
        "{a = 1,}",
        "{a = 1",
        "{a = 1\n}",
        "'x' y",
        "'x' 'y'",
        "\"\u0001\"",
        "'''x",
        "{a = 1, a = 2}",
        "internal.com/bar\""
      })
  void whatIsNoValueIsRefusedWithItsLine(String value) {
    assertThatThrownBy(() -> read("\na = " + value))
        .isInstanceOf(BuildException.class)
        .hasMessageMatching("(?s)it\\.toml:[23]: .+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = 1\na = 2",
        "[a]\n[a]",
        "a.b = 1\n[a]",
        "[a]\nb = 1\n[a.b]",
        "[[a]]\n[a]",
        "[a]\n[[a]]",
        "a = []\n[[a]]",
        "a = {}\n[a.b]",
        "a = {b = 1}\na.c = 2",
        "[a.b]\n[a]\nb.c = 1",
        "= 1",
        "a",
        "a b = 1",
        "[a",
        "[]",
        "[a] b",
        "a = 1 b = 2",
        "a. = 1",
        "# \u0007",
        "[[a]\n",
        "a = 1\r",
        "a = 1\nb.a = 1\nb = 2",
        "[fruit]\napple.color = 1\n[fruit.apple]"
      })
  void whatIsNoDocumentIsRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BuildException.class)
        .hasMessageMatching("(?s)it\\.toml:[123]: .+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a.b]\n[a]", "[a.b]\n[a.c]", "a.b = 1\na.c = 2", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
        "[fruit]\napple.color = 1\n[fruit.apple.taste]", "'' = 1", "1.2 = 3", "\"\u00e9\" = 1"
      })
  void whatIsOddButRightIsTaken(String text) {
    assertThat(read(text).keys()).hasSize(1);
  }

  @Test
  void aValueOfAnotherTypeIsNamedWithItsLine() {
    TomlTable root = read("a = 1\nb = [true]\n");
    assertThatThrownBy(() -> root.string("a")).hasMessage("it.toml:1: a is not a string");
    assertThatThrownBy(() -> root.strings("b")).hasMessage("it.toml:2: b is not a list of strings");
    assertThatThrownBy(() -> root.tables("b")).hasMessage("it.toml:2: b is not a list of tables");
  }

  @Test
  void nestingHasALimit() {
    assertThatThrownBy(() -> read("a = " + "[".repeat(100_000)))
        .isInstanceOf(BuildException.class)
        .hasMessage("it.toml:1: values are nested more than 64 deep");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    assertThatThrownBy(() -> Toml.read(new byte[] {'a', '=', '"', (byte) 0xff, '"'}, "it.toml"))
        .isInstanceOf(BuildException.class)
        .hasMessage("it.toml is not UTF-8");
  }

  private static TomlTable read(String text) {
    return Toml.read(text.getBytes(StandardCharsets.UTF_8), "it.toml");
  }
}
