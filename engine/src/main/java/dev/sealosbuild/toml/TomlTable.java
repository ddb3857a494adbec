package dev.sealosbuild.toml;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of a TOML document, whose values are asked for by the type they must have. A value of
 * another type is an error that names the file and the line.
 */
public final class TomlTable {
  private final String source;
  private final int line;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private Definition definition;

  /** How a table came to be, which says what may still be added to it. */
  enum Definition {
    /** By a header further down, as {@code a} by {@code [a.b]}: may get a header of its own. */
    IMPLIED,
    /** By its own header. */
    HEADER,
    /** By dotted keys: more of those may follow, but no header. */
    DOTTED,
    /** In braces: complete. */
    INLINE
  }

  TomlTable(String source, int line, Definition definition) {
    this.source = source;
    this.line = line;
    this.definition = definition;
  }

  /** The keys, in the order of the text. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** {@code file:line} where the table begins. */
  public String place() {
    return source + ":" + line;
  }

  /** {@code file:line} of a key; where the table begins if it has no such key. */
  public String place(String key) {
    return source + ":" + lines.getOrDefault(key, line);
  }

  /** The key's string, or null where it is absent. */
  public @Nullable String string(String key) {
    return value(key, String.class, "a string");
  }

  /** The key's truth value; false where it is absent. */
  public boolean bool(String key) {
    Boolean value = value(key, Boolean.class, "true or false");
    return value != null && value;
  }

  /** The key's table, or null where it is absent. */
  public @Nullable TomlTable table(String key) {
    return value(key, TomlTable.class, "a table");
  }

  /** The key's list of strings, or null where it is absent. */
  public @Nullable List<String> strings(String key) {
    return list(key, String.class, "a list of strings");
  }

  /** The key's list of tables, written with headers or in braces; empty where it is absent. */
  public List<TomlTable> tables(String key) {
    List<TomlTable> found = list(key, TomlTable.class, "a list of tables");
    return found == null ? List.of() : found;
  }

  Definition definition() {
    return definition;
  }

  void define(Definition by) {
    definition = by;
  }

  @Nullable Object get(String key) {
    return values.get(key);
  }

  void put(String key, Object value, int where) {
    values.put(key, value);
    lines.put(key, where);
  }

  private <T> @Nullable List<T> list(String key, Class<T> type, String expected) {
    List<?> list = value(key, List.class, expected);
    if (list == null) {
      return null;
    }
    List<T> found = new ArrayList<>();
    for (Object one : list) {
      if (!type.isInstance(one)) {
        throw wrong(key, expected);
      }
      found.add(type.cast(one));
    }
    return found;
  }

  private <T> @Nullable T value(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value == null || type.isInstance(value)) {
      return type.cast(value);
    }
    throw wrong(key, expected);
  }

  private BuildException wrong(String key, String expected) {
    return new BuildException(
        place(key) + ": " + key + " is not " + expected, "correct this line of the file");
  }
}
