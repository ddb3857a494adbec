package dev.sealosbuild.action;

import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes secrets out of what is shown. */
final class Masking {
  private static final String MASK = "***";

  /** Less than this stands elsewhere by chance; the runner masks no less either. */
  private static final int SHORTEST = 3;

  private final List<String> secrets = new ArrayList<>();

  /** Hides a secret, and each of its lines: the log is shown by lines. */
  void hide(String secret) {
    for (String line : secret.split("\\R", -1)) {
      String stripped = line.strip();
      if (stripped.length() >= SHORTEST && !secrets.contains(stripped)) {
        secrets.add(stripped);
      }
    }
    // One that contains another goes first, or its rest would stay readable.
    secrets.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** The lines to hide. */
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  String mask(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }

  /** The same without secrets in any of its texts, where they stand as they are, not as JSON. */
  JsonObject mask(JsonObject object, String what) {
    return new JsonObject(masked(object.members()), what);
  }

  private Map<String, Object> masked(Map<?, ?> members) {
    Map<String, Object> masked = new LinkedHashMap<>();
    members.forEach((name, value) -> masked.put(String.valueOf(name), masked(value)));
    return masked;
  }

  private @Nullable Object masked(@Nullable Object value) {
    if (value instanceof String text) {
      return mask(text);
    } else if (value instanceof JsonObject object) {
      return mask(object, "masked");
    } else if (value instanceof Map<?, ?> members) {
      return masked(members);
    } else if (value instanceof List<?> list) {
      List<Object> masked = new ArrayList<>();
      list.forEach(element -> masked.add(masked(element)));
      return masked;
    }
    return value;
  }
}
