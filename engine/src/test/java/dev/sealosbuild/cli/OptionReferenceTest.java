package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Keeps {@code engine/OPTIONS.md} as the code has it; {@code -Dupdate=true} writes it anew. */
class OptionReferenceTest {
  private static final Path FILE = Path.of("OPTIONS.md");

  @Test
  void theOptionReferenceIsWhatTheCommandsSay() throws IOException {
    String reference = reference();
    if (Boolean.getBoolean("update")) {
      Files.writeString(FILE, reference);
    }

    assertThat(Files.readString(FILE))
        .as("engine/OPTIONS.md; mvn test -Dtest=OptionReferenceTest -Dupdate=true writes it anew")
        .isEqualTo(reference);
  }

  private static String reference() {
    StringBuilder text = new StringBuilder();
    text.append("# Commands and options\n\n");
    text.append("Made from the code by OptionReferenceTest; change it there.\n\n");
    text.append(Manual.of(new NoCommand()).markdown());
    for (String name : Commands.NAMES) {
      text.append('\n');
      text.append(Manual.of(Objects.requireNonNull(Commands.named(name))).markdown());
    }
    return text.toString();
  }
}
