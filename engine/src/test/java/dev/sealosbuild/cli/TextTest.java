package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small parts that lines on a terminal are made of. */
class TextTest {

  @Test
  void whatPrintsStaysAndTheRestIsSpelledOut() {
    assertThat(Printable.line("größe 😀 名前")).isEqualTo("größe 😀 名前");
    assertThat(Printable.line("a\u001b]0;x\u0007b\u009bc\u202ed\u0000"))
        .isEqualTo("a\\u001b]0;x\\u0007b\\u009bc\\u202ed\\u0000");
    assertThat(Printable.line("a\nb\r\tc\u2028")).isEqualTo("a\\nb\\r    c\\u2028");
    assertThat(Printable.lines("a\nb\r")).isEqualTo("a\nb\\r");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "999, 999B",
    "1000, 1.0kB",
    "1999, 1.9kB",
    "12345678, 12.3MB",
    "600000000000, 600.0GB",
    "9223372036854775807, 9.2EB",
  })
  void bytesAreToldInDecimalUnits(long bytes, String text) {
    assertThat(Quantity.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0s", "49999999, 0.0s", "50000000, 0.1s", "61234567890, 61.2s"})
  void timesAreToldInTenthsOfASecond(long nanos, String text) {
    assertThat(Quantity.seconds(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdef, 6, abcdef",
    "abcdef, 5, abcd~",
    "名前名前, 8, 名前名前",
    "名前名前, 7, 名前名~",
    "名前名前, 6, 名前~",
    "a, 0, ~",
  })
  void textIsCutToTheColumnsThatThereAre(String text, int width, String cut) {
    assertThat(Columns.cut(text, width)).isEqualTo(cut);
  }

  @Test
  void theRightSideStandsAtTheRight() {
    assertThat(Columns.between("left", "right", 20)).isEqualTo("left           right");
    assertThat(Columns.between("left that is long", "right", 20)).isEqualTo("left that is ~ right");
    assertThat(Columns.between("left that is long", "right", 10)).isEqualTo("lef~ right");
    assertThat(Columns.between("left that is long", "right", 9)).isEqualTo("left tha~");
  }

  @Test
  void aGuessIsMadeOnlyWhereItIsClose() {
    List<String> names = List.of("build", "images", "inspect");

    assertThat(Closest.hint("imags", names, "x")).isEqualTo("did you mean images? x");
    assertThat(Closest.hint("biuld", names, "x")).isEqualTo("did you mean build? x");
    assertThat(Closest.hint("container", names, "x")).isEqualTo("x");
  }
}
