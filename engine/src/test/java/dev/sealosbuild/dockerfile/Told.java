package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A mistake as it is told: by its place, the line with a caret under the place, and what to do. */
final class Told {
  private final InstructionException mistake;

  private Told(InstructionException mistake) {
    this.mistake = mistake;
  }

  static Told by(ThrowingCallable reading) {
    InstructionException mistake = catchThrowableOfType(InstructionException.class, reading);
    assertThat(mistake).as("a mistake").isNotNull();
    return new Told(Objects.requireNonNull(mistake));
  }

  /** Checks that file, line, column and excerpt fit the text that was read. */
  Told in(String file, String text) {
    String line = text.split("\n", -1)[mistake.line() - 1];
    assertThat(mistake.file()).isEqualTo(file);
    assertThat(mistake.lineText()).isEqualTo(line);
    assertThat(mistake.column()).isBetween(1, line.length() + 1);
    assertThat(mistake)
        .hasMessageStartingWith(file + ":" + mistake.line() + ":" + mistake.column() + ": ");
    String[] shown = mistake.excerpt().split("\n");
    String margin = "  " + mistake.line() + " | ";
    assertThat(shown).hasSize(4);
    assertThat(shown[0]).isEqualTo(mistake.getMessage());
    assertThat(shown[1]).isEqualTo(margin + line);
    assertThat(shown[2].indexOf('^')).isEqualTo(margin.length() + mistake.column() - 1);
    assertThat(shown[3]).isEqualTo(mistake.remedy());
    return this;
  }

  /**
   * Checks what is said.
   *
   * @param message with file, line and column
   * @param remedy that the remedy contains
   */
  void as(String message, String remedy) {
    assertThat(mistake).hasMessage(message);
    assertThat(mistake.remedy()).isNotBlank().contains(remedy);
  }
}
