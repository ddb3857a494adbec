package dev.sealosbuild.build;

import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.lint.LintContext;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The build arguments of one stage: those that ARG has declared so far, with the values that the
 * request, an ARG before the first FROM, or the ARG itself gives them. A variable of the image
 * hides an argument of the same name.
 */
final class Variables {
  /** May be given and used without an ARG, and stay out of the history. */
  static final Set<String> PROXIES =
      Set.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  private final Map<String, String> given;
  private final Map<String, String> automatic;
  private final Map<String, String> globals;
  private final SortedMap<String, String> declared = new TreeMap<>();

  private Variables(
      Map<String, String> given, Map<String, String> automatic, Map<String, String> globals) {
    this.given = given;
    this.automatic = automatic;
    this.globals = globals;
  }

  /**
   * Those that hold before the first FROM.
   *
   * @param buildArgs of the request; a null value is that of the process
   * @param automatic those of {@link #automatic}
   */
  static Variables global(
      Map<String, @Nullable String> buildArgs,
      Map<String, String> process,
      Map<String, String> automatic) {
    Map<String, String> given = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable String> argument : buildArgs.entrySet()) {
      String value = argument.getValue();
      String known = value != null ? value : process.get(argument.getKey());
      if (known != null) {
        given.put(argument.getKey(), known);
      }
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> argument : automatic.entrySet()) {
      values.put(argument.getKey(), given.getOrDefault(argument.getKey(), argument.getValue()));
    }
    Variables variables = new Variables(given, values, new LinkedHashMap<>());
    variables.declared.putAll(values);
    return variables;
  }

  /**
   * The arguments that nobody gives: there before the first FROM, and in a stage once ARG asks.
   *
   * @param target that the image is for
   * @param stage that becomes the image; null for the last
   * @param epoch the fixed time; null for none
   */
  static Map<String, String> automatic(
      Platform target, @Nullable String stage, @Nullable Instant epoch) {
    Map<String, String> automatic = new LinkedHashMap<>();
    putPlatform(automatic, "TARGET", target);
    putPlatform(automatic, "BUILD", Platform.ofThisMachine());
    automatic.put("TARGETSTAGE", stage == null ? "default" : stage);
    if (epoch != null) {
      automatic.put("SOURCE_DATE_EPOCH", String.valueOf(epoch.getEpochSecond()));
    }
    return automatic;
  }

  /** No arguments at all. */
  static Variables none() {
    return new Variables(Map.of(), Map.of(), Map.of());
  }

  /** Those of a new stage, which knows of the global ones only what it declares again. */
  Variables ofStage() {
    return new Variables(given, automatic, declared);
  }

  /** Takes over what a stage has declared from which this one goes on. */
  void inherit(SortedMap<String, String> ofBase) {
    declared.putAll(ofBase);
  }

  /**
   * Declares an argument.
   *
   * @param byDefault its value where nothing else gives one; null for none
   * @return whether it has a value
   */
  boolean declare(String name, @Nullable String byDefault) {
    String value = given.get(name);
    if (value == null) {
      value = byDefault;
    }
    if (value == null) {
      value = globals.get(name);
    }
    if (value == null) {
      value = automatic.get(name);
    }
    if (value != null) {
      declared.put(name, value);
    }
    return value != null;
  }

  /** The value that a name has in an instruction, or null. */
  @Nullable String value(String name, ContainerConfig config) {
    String variable = config.environment(name);
    if (variable != null) {
      return variable;
    }
    String argument = declared.get(name);
    return argument == null && PROXIES.contains(name) ? given.get(name) : argument;
  }

  /** The declared arguments that have a value, by name. */
  SortedMap<String, String> declared() {
    return Collections.unmodifiableSortedMap(declared);
  }

  /** The proxies of the request, which commands see without an ARG. */
  Map<String, String> proxies() {
    Map<String, String> proxies = new LinkedHashMap<>();
    for (Map.Entry<String, String> argument : given.entrySet()) {
      if (PROXIES.contains(argument.getKey())) {
        proxies.put(argument.getKey(), argument.getValue());
      }
    }
    return proxies;
  }

  /** The arguments of the request that no ARG of these names has asked for. */
  Set<String> unused(Set<String> asked) {
    Set<String> unused = new TreeSet<>(given.keySet());
    unused.removeAll(asked);
    unused.removeAll(PROXIES);
    unused.remove(LintContext.CHECK_ARGUMENT);
    unused.removeAll(automatic.keySet());
    return unused;
  }

  private static void putPlatform(Map<String, String> map, String prefix, Platform platform) {
    map.put(prefix + "PLATFORM", platform.toString());
    map.put(prefix + "OS", platform.os());
    map.put(prefix + "ARCH", platform.architecture());
    map.put(prefix + "VARIANT", Objects.requireNonNullElse(platform.variant(), ""));
  }
}
