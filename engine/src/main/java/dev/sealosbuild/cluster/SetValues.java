package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as {@code --set} and its relatives give them: maps, lists, strings, {@code Long}s, truth
 * values, null, which removes what the chart has; and from JSON {@code BigDecimal}s.
 *
 * @see <a href="https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set">Helm,
 *     the format of --set</a>
 */
final class SetValues {
  /** As in Helm. */
  private static final int MAX_INDEX = 65_536;

  private static final int MAX_DEPTH = 30;

  private final Map<String, @Nullable Object> root = new LinkedHashMap<>();

  /** Reads one value of {@code --set}. */
  private static final class Reader {
    private final String text;
    private final boolean strings;
    private int at;

    Reader(String text, boolean strings) {
      this.text = text;
      this.strings = strings;
    }

    boolean atEnd() {
      return at >= text.length();
    }

    /** Up to one of the characters, which is not passed over; escapes resolved. */
    String until(String stops) {
      StringBuilder out = new StringBuilder();
      while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        out.append(text.charAt(at++));
      }
      return out.toString();
    }

    /** The character here, which is passed over; a line feed, which no stop is, at the end. */
    char next() {
      return at < text.length() ? text.charAt(at++) : '\n';
    }

    @Nullable Object value() {
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        return list();
      }
      return typed(until(","), strings);
    }

    private List<@Nullable Object> list() {
      List<@Nullable Object> list = new ArrayList<>();
      while (true) {
        String item = until(",}");
        char end = next();
        if (end != '}' || !item.isEmpty() || !list.isEmpty()) {
          list.add(typed(item, strings));
        }
        if (end == '}') {
          return list;
        }
        if (end != ',') {
          throw new BuildException("a list is not closed", "end it with \"}\"");
        }
      }
    }
  }

  boolean isEmpty() {
    return root.isEmpty();
  }

  /** What was set, for looking into and for {@link Json#write}. */
  Map<String, @Nullable Object> root() {
    return root;
  }

  /** Gives a map or list that items are put into by their index, as the files before have it. */
  void startWith(String name, Object value) {
    root.putIfAbsent(name, value);
  }

  /** {@code a.b=1,c[0]=x,d={1,2}}; {@code --set-string} where everything is to be a string. */
  void set(String text, boolean strings) {
    Reader reader = new Reader(text, strings);
    while (!reader.atEnd()) {
      setIn(root, reader, 0);
    }
  }

  /** {@code KEY=VALUE} of {@code --set-literal} and {@code --set-file}: the value is as it is. */
  void setWhole(String key, String value) {
    Reader reader = new Reader(key + "=", true);
    setIn(root, reader, 0, value);
  }

  /** {@code a={"b":1}}, {@code {"a":1}}. */
  void setJson(String text) {
    String trimmed = text.strip();
    if (trimmed.startsWith("{")) {
      if (Json.read(trimmed.getBytes(StandardCharsets.UTF_8), "--set-json")
          instanceof Map<?, ?> m) {
        m.forEach((name, value) -> root.put((String) name, decimal(value)));
      }
      return;
    }
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new BuildException("\"" + text + "\" has no value", "write KEY=JSON");
    }
    Object value =
        decimal(
            Json.read(text.substring(equals + 1).getBytes(StandardCharsets.UTF_8), "--set-json"));
    setIn(root, new Reader(text.substring(0, equals) + "=", true), 0, value);
  }

  /** Numbers of JSON are floating-point for Helm. */
  private static @Nullable Object decimal(@Nullable Object value) {
    if (value instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((name, member) -> copy.put((String) name, decimal(member)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(decimal(item)));
      return copy;
    }
    return value;
  }

  private static void setIn(Map<String, @Nullable Object> map, Reader reader, int depth) {
    setIn(map, reader, depth, reader);
  }

  /**
   * @param value to set, or the reader itself, which then says it
   */
  private static void setIn(
      Map<String, @Nullable Object> map, Reader reader, int depth, @Nullable Object value) {
    if (depth > MAX_DEPTH) {
      throw new BuildException(
          "\"" + reader.text + "\" is more than " + MAX_DEPTH + " levels deep", "");
    }
    String name = reader.until(".[=,");
    switch (reader.next()) {
      case '=' -> {
        map.put(name, value == reader ? reader.value() : value);
        if (value == reader) {
          reader.next(); // the comma
        }
      }
      case '.' -> {
        Map<String, @Nullable Object> inner = mapOf(map.get(name));
        map.put(name, inner);
        setIn(inner, reader, depth + 1, value);
      }
      case '[' -> {
        List<@Nullable Object> list = listOf(map.get(name));
        map.put(name, list);
        setIn(list, reader, depth + 1, value);
      }
      default ->
          throw new BuildException(
              "\"" + reader.text + "\": the key \"" + name + "\" has no value", "write KEY=VALUE");
    }
  }

  private static void setIn(
      List<@Nullable Object> list, Reader reader, int depth, @Nullable Object value) {
    int index = index(reader);
    while (list.size() <= index) {
      list.add(null);
    }
    switch (reader.next()) {
      case '=' -> {
        list.set(index, value == reader ? reader.value() : value);
        if (value == reader) {
          reader.next();
        }
      }
      case '.' -> {
        Map<String, @Nullable Object> inner = mapOf(list.get(index));
        list.set(index, inner);
        setIn(inner, reader, depth + 1, value);
      }
      case '[' -> {
        List<@Nullable Object> inner = listOf(list.get(index));
        list.set(index, inner);
        if (depth > MAX_DEPTH) {
          throw new BuildException(
              "\"" + reader.text + "\" is more than " + MAX_DEPTH + " levels deep", "");
        }
        setIn(inner, reader, depth + 1, value);
      }
      default ->
          throw new BuildException(
              "\"" + reader.text + "\": an item of a list has no value", "write KEY[0]=VALUE");
    }
  }

  private static int index(Reader reader) {
    String digits = reader.until("]");
    reader.next();
    try {
      int index = Integer.parseInt(digits);
      if (index >= 0 && index <= MAX_INDEX) {
        return index;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new BuildException(
        "\"" + reader.text + "\": \"" + digits + "\" is no index of a list",
        "write a number from 0 to " + MAX_INDEX);
  }

  @SuppressWarnings("unchecked") // all maps here are of this type
  private static Map<String, @Nullable Object> mapOf(@Nullable Object value) {
    return value instanceof Map<?, ?>
        ? (Map<String, @Nullable Object>) value
        : new LinkedHashMap<>();
  }

  @SuppressWarnings("unchecked") // all lists here are of this type
  private static List<@Nullable Object> listOf(@Nullable Object value) {
    return value instanceof List<?> ? (List<@Nullable Object>) value : new ArrayList<>();
  }

  private static @Nullable Object typed(String text, boolean strings) {
    if (strings) {
      return text;
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> null;
      case "0" -> 0L;
      default -> text.startsWith("0") ? text : numberOrText(text);
    };
  }

  private static Object numberOrText(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** The whole numbers, by keys in the form of {@code --set}. */
  Map<String, Long> integers() {
    Map<String, Long> integers = new LinkedHashMap<>();
    collect("", root, integers);
    return integers;
  }

  private static void collect(String key, @Nullable Object value, Map<String, Long> integers) {
    if (value instanceof Long number) {
      integers.put(key, number);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, member) ->
              collect((key.isEmpty() ? "" : key + ".") + escaped((String) name), member, integers));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(key + "[" + i + "]", list.get(i), integers);
      }
    }
  }

  private static String escaped(String name) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      out.append("\\.[=,".indexOf(c) >= 0 ? "\\" : "").append(c);
    }
    return out.toString();
  }
}
