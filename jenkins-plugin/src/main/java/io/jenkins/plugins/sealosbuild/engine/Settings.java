package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.error.BuildException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a step was given, by the names of its parameters: a Boolean, a String, or an ArrayList of
 * Strings each. What is empty counts as not given. It can be serialized, with a step that waits for
 * the engine.
 */
public final class Settings implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of the plugin's own parameters, those that hold many texts. */
  private static final List<String> MANY = List.of("registries", "secretIds", "options");

  private final LinkedHashMap<String, Serializable> values = new LinkedHashMap<>();

  /**
   * Of what a Jenkinsfile or a form has given.
   *
   * @param given by name; what is no parameter is an error
   * @param expansion of variables in texts
   * @throws BuildException when a value is not what its parameter takes
   */
  public static Settings of(Map<String, ?> given, UnaryOperator<String> expansion) {
    Settings settings = new Settings();
    given.forEach((name, value) -> settings.put(name, value, expansion));
    return settings;
  }

  /** These settings, with the defaults where they say nothing. */
  public Settings withDefaults(Map<String, String> defaults) {
    Settings all = new Settings();
    all.values.putAll(values);
    defaults.forEach(all.values::putIfAbsent);
    return all;
  }

  /** The text; null where it is not given. */
  public @Nullable String text(String name) {
    Serializable value = values.get(name);
    return value == null ? null : value.toString();
  }

  /** The truth value, or the default where it is not given. */
  public boolean flag(String name, boolean absent) {
    return values.get(name) instanceof Boolean flag ? flag : absent;
  }

  /** The texts; empty where none are given. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    if (values.get(name) instanceof Collection<?> all) {
      all.forEach(text -> texts.add(text.toString()));
    } else if (values.get(name) instanceof String text) {
      texts.add(text);
    }
    return texts;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  private void put(String name, @Nullable Object given, UnaryOperator<String> expansion) {
    // A Groovy script may have made an array of a list.
    Object value = given instanceof Object[] array ? Arrays.asList(array) : given;
    Parameter parameter = Parameters.named(name);
    boolean own = Parameters.OF_PLUGIN.contains(name);
    if (parameter == null && !own) {
      throw new BuildException("there is no parameter " + name, "see the snippet generator");
    }
    boolean many = own ? MANY.contains(name) : parameter.isMany();
    if (many) {
      char separator = own ? '=' : parameter.separator();
      putTexts(own ? name : parameter.name(), value, separator, expansion);
    } else if (!own && parameter.kind() == Parameter.Kind.FLAG) {
      putFlag(parameter.name(), value);
    } else {
      putText(own ? name : parameter.name(), value, expansion);
    }
  }

  private void putFlag(String name, @Nullable Object value) {
    String text = value == null ? "" : value.toString();
    switch (text) {
      case "true" -> values.put(name, true);
      case "false" -> values.put(name, false);
      case "" -> {}
      default -> throw new BuildException(name + " is \"" + text + "\"", "it is true or false");
    }
  }

  private void putText(String name, @Nullable Object value, UnaryOperator<String> expansion) {
    if (value instanceof Collection || value instanceof Map) {
      throw new BuildException(name + " is given " + value, "it takes one value");
    }
    String text = value == null ? "" : expansion.apply(value.toString());
    if (!text.isBlank()) {
      values.put(name, text);
    }
  }

  private static void requireIdAndUrl(String registry) {
    if (registry.indexOf(' ') < 0) {
      throw new BuildException(
          "registries has an entry of which " + registry + " is all",
          "give each both url and credentialsId");
    }
  }

  private void putTexts(
      String name, @Nullable Object value, char separator, UnaryOperator<String> expansion) {
    ArrayList<String> texts = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, of) -> texts.add(of == null ? "" + key : "" + key + separator + of));
    } else if (value instanceof Collection<?> all) {
      all.forEach(one -> texts.add(one == null ? "" : one.toString()));
    } else if (value != null) {
      texts.addAll(List.of(value.toString().split("\r?\n", -1)));
    }
    texts.replaceAll(text -> expansion.apply(text.strip()));
    texts.removeIf(String::isEmpty);
    if (name.equals("registries")) {
      texts.forEach(Settings::requireIdAndUrl);
    }
    if (!texts.isEmpty()) {
      values.put(name, texts);
    }
  }
}
