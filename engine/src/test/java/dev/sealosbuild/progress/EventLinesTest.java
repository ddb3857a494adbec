package dev.sealosbuild.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLinesTest {
  private final List<String> told = new ArrayList<>();
  private final EventLines lines =
      new EventLines() {
        @Override
        protected void event(JsonObject event, String line) {
          told.add(event.requiredString("event") + " from " + line.length());
        }

        @Override
        protected void text(String line) {
          told.add(line);
        }
      };

  @Test
  void eventsAreToldFromOtherLines() throws IOException {
    write("{\"event\":\"stopped\",\"step\":1}\nérror: none\r\n");
    write("{\"event\":1}\n{\"event\":\"x\"\n{\"a\":1}\n");
    write("last");
    lines.close();

    assertThat(told)
        .containsExactly(
            "stopped from 28",
            "érror: none",
            "{\"event\":1}",
            "{\"event\":\"x\"",
            "{\"a\":1}",
            "last");
  }

  @Test
  void anEventMayBeLongerThanAnotherLine() throws IOException {
    String large = "x".repeat(2 << 20);
    write("{\"event\":\"built\",\"metadata\":\"" + large + "\"}\n");
    write(large + "\n");
    write("{\"event\":\"built\",\"metadata\":\"" + large.repeat(9) + "\"}\n");
    write("{\"event\":\"failed\"}\n");

    assertThat(told).hasSize(4);
    assertThat(told.get(0)).isEqualTo("built from " + (large.length() + 31));
    assertThat(told.get(1)).hasSize(1 << 20);
    assertThat(told.get(2)).hasSize(1 << 24).startsWith("{\"event\":");
    assertThat(told.get(3)).isEqualTo("failed from 18");
  }

  private void write(String text) throws IOException {
    lines.write(text.getBytes(UTF_8));
  }
}
