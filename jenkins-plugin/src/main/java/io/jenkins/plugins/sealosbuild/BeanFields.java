package io.jenkins.plugins.sealosbuild;

import io.jenkins.plugins.sealosbuild.engine.Parameter;
import io.jenkins.plugins.sealosbuild.engine.Parameters;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.DataBoundSetter;

/** The fields of a step that hold its parameters: read, and filled from a form. */
final class BeanFields {
  private BeanFields() {}

  /** What is given, by name. */
  static Map<String, Object> of(Object step) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (Field field : fields(step)) {
      Object value = get(field, step);
      if (value != null) {
        given.put(field.getName(), value);
      }
    }
    return given;
  }

  /**
   * Fills a step from what its form has sent. An empty field is a parameter that was not given; of
   * one that takes many texts, each line is one.
   */
  static <T> T filled(T step, Map<String, ?> form) {
    for (Field field : fields(step)) {
      Object value = value(field, sent(form, field.getName()));
      if (value != null) {
        set(field, step, value);
      }
    }
    return step;
  }

  /**
   * What a form has sent for a parameter. Jenkins's forms take what has a member {@code push} for a
   * list, and a job with two build steps could not be saved: in the form, it has another name.
   */
  private static @Nullable Object sent(Map<String, ?> form, String name) {
    Object sent = form.get(name);
    return sent == null && name.equals("push") ? form.get("pushImage") : sent;
  }

  /** The text of a field that a form has sent; null where it has not. */
  static @Nullable String text(Map<?, ?> form, String name) {
    Object sent = form.get(name);
    return sent == null ? null : sent.toString().strip();
  }

  /** The texts that a step has for a parameter, one to a line. */
  static String lines(@Nullable Object step, String name) {
    if (step == null) {
      return "";
    }
    Settings settings = Settings.of(of(step), text -> text);
    return String.join("\n", settings.texts(name));
  }

  private static @Nullable Object value(Field field, @Nullable Object sent) {
    if (field.getName().equals("registries")) {
      return registries(sent);
    }
    String text = sent == null ? "" : sent.toString().strip();
    if (text.isEmpty()) {
      return null;
    }
    if (field.getType() == Boolean.class || field.getType() == boolean.class) {
      return Boolean.valueOf(text);
    }
    return isMany(field.getName()) ? lines(text) : text;
  }

  private static boolean isMany(String name) {
    Parameter parameter = Parameters.named(name);
    return name.equals("secretIds")
        || name.equals("options")
        || (parameter != null && parameter.isMany());
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lines::add);
    return lines;
  }

  /** One registry comes as an object, several come as a list. */
  private static @Nullable List<RegistryCredentials> registries(@Nullable Object sent) {
    Collection<?> all = sent instanceof Collection<?> many ? many : List.of();
    if (sent instanceof Map<?, ?> one && !one.isEmpty()) {
      all = List.of(one);
    }
    List<RegistryCredentials> registries = new ArrayList<>();
    for (Object each : all) {
      if (each instanceof Map<?, ?> map && map.get("url") != null) {
        registries.add(new RegistryCredentials(text(map, "url"), text(map, "credentialsId")));
      }
    }
    return registries.isEmpty() ? null : registries;
  }

  private static List<Field> fields(Object step) {
    List<Field> fields = new ArrayList<>();
    for (Field field : step.getClass().getFields()) {
      if (field.isAnnotationPresent(DataBoundSetter.class)) {
        fields.add(field);
      }
    }
    return fields;
  }

  private static @Nullable Object get(Field field, Object step) {
    try {
      return field.get(step);
    } catch (IllegalAccessException e) {
      throw new LinkageError(field + " is not public", e);
    }
  }

  private static void set(Field field, Object step, Object value) {
    try {
      field.set(step, value);
    } catch (IllegalAccessException e) {
      throw new LinkageError(field + " is not public", e);
    }
  }
}
