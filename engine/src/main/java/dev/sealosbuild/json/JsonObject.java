package dev.sealosbuild.json;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that was read, with members asked for by the type they must have. A member of
 * another type is an error that names the document and the member; null counts as absent.
 *
 * @param members the members in the order of the text
 * @param what names the document in error messages
 */
public record JsonObject(Map<?, ?> members, String what) {

  /** The member's string, or null where it is absent. */
  public @Nullable String string(String name) {
    return member(name, String.class, "a string");
  }

  /** The member's string, which must be there. */
  public String requiredString(String name) {
    String value = string(name);
    if (value == null) {
      throw new BuildException(what + " lacks \"" + name + "\"", "");
    }
    return value;
  }

  /** The member's whole number, or the default where it is absent. */
  public long number(String name, long absent) {
    Long value = member(name, Long.class, "a whole number");
    return value == null ? absent : value;
  }

  /** The member's truth value, or null where it is absent. */
  public @Nullable Boolean bool(String name) {
    return member(name, Boolean.class, "true or false");
  }

  /** The member's object, or null where it is absent. */
  public @Nullable JsonObject object(String name) {
    Map<?, ?> value = member(name, Map.class, "an object");
    return value == null ? null : new JsonObject(value, what + " ." + name);
  }

  /** The member's objects; empty where it is absent. */
  public List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof Map<?, ?> map)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(new JsonObject(map, what + " ." + name));
    }
    return objects;
  }

  /** The member's strings, or null where it is absent, so that an empty list stays one. */
  public @Nullable List<String> strings(String name) {
    if (members.get(name) == null) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name, "a list of strings");
      }
      strings.add(text);
    }
    return List.copyOf(strings);
  }

  /** The member's map of strings; empty where it is absent; null is the empty string, as in Go. */
  public Map<String, String> stringMap(String name) {
    JsonObject object = object(name);
    if (object == null) {
      return Map.of();
    }
    Map<String, String> map = new LinkedHashMap<>();
    object.members.forEach(
        (key, value) -> {
          if (value != null && !(value instanceof String)) {
            throw wrong(name, "an object of strings");
          }
          map.put((String) key, value == null ? "" : (String) value);
        });
    return map;
  }

  private List<?> list(String name) {
    List<?> value = member(name, List.class, "a list");
    return value == null ? List.of() : value;
  }

  private <T> @Nullable T member(String name, Class<T> type, String expected) {
    Object value = members.get(name);
    if (value == null) {
      return null;
    }
    if (!type.isInstance(value)) {
      throw wrong(name, expected);
    }
    return type.cast(value);
  }

  private BuildException wrong(String name, String expected) {
    return new BuildException(what + ": \"" + name + "\" is not " + expected, "");
  }
}
