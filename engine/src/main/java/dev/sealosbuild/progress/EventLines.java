package dev.sealosbuild.progress;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the engine writes with {@code --progress=json}: one event a line, among lines that are
 * none, such as those of the JVM itself. The rest of a line that is too long is dropped.
 */
public abstract class EventLines extends OutputStream {
  private static final String EVENT = "{\"event\":";
  private static final int MAX_LINE = 1 << 20;

  /** The metadata of a large image is in one. */
  private static final int MAX_EVENT = 1 << 24;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int limit = MAX_LINE;

  /**
   * Takes an event.
   *
   * @param event what is told; its member {@code event}, a string, says of what kind it is
   * @param line the same as it was written
   */
  protected abstract void event(JsonObject event, String line);

  /** Takes a line that is no event, or was cut short. */
  protected abstract void text(String line);

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      end();
    } else if (line.size() < limit) {
      line.write(b);
      if (line.size() == EVENT.length() && line.toString(StandardCharsets.UTF_8).equals(EVENT)) {
        limit = MAX_EVENT;
      }
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  /** Takes a last line without an end. */
  @Override
  public synchronized void close() {
    if (line.size() > 0) {
      end();
    }
  }

  private void end() {
    String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
    line.reset();
    limit = MAX_LINE;
    JsonObject event = parse(text);
    if (event == null) {
      text(text);
    } else {
      event(event, text);
    }
  }

  private static @Nullable JsonObject parse(String text) {
    if (!text.startsWith(EVENT)) {
      return null;
    }
    try {
      JsonObject event = Json.readObject(text.getBytes(StandardCharsets.UTF_8), "an event");
      event.requiredString("event");
      return event;
    } catch (BuildException e) {
      return null;
    }
  }
}
