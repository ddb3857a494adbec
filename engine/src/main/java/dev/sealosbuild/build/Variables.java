package dev.sealosbuild.build;

import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.lint.LintContext;
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
  private final Map<String, String> platforms;
  private final Map<String, String> globals;
  private final SortedMap<String, String> declared = new TreeMap<>();

  private Variables(
      Map<String, String> given, Map<String, String> platforms, Map<String, String> globals) {
    this.given = given;
    this.platforms = platforms;
    this.globals = globals;
  }

  /** Those that hold before the first FROM. */
  static Variables global(
      Map<String, @Nullable String> buildArgs, Map<String, String> process, Platform target) {
    Map<String, String> given = new LinkedHashMap<>();
    buildArgs.forEach(
        (name, value) -> {
          String known = value != null ? value : process.get(name);
          if (known != null) {
            given.put(name, known);
          }
        });
    Map<String, String> platforms = new LinkedHashMap<>();
    putPlatform(platforms, "TARGET", target);
    putPlatform(platforms, "BUILD", Platform.ofThisMachine());
    Variables variables = new Variables(given, platforms, new LinkedHashMap<>());
    variables.declared.putAll(platforms);
    return variables;
  }

  /** No arguments at all. */
  static Variables none() {
    return new Variables(Map.of(), Map.of(), Map.of());
  }

  /** Those of a new stage, which knows of the global ones only what it declares again. */
  Variables ofStage() {
    return new Variables(given, platforms, declared);
  }

  /**
   * Declares an argument.
   *
   * @param byDefault its value where nothing else gives one; null for none
   */
  void declare(String name, @Nullable String byDefault) {
    String value = given.get(name);
    if (value == null) {
      value = byDefault;
    }
    if (value == null) {
      value = globals.get(name);
    }
    if (value == null) {
      value = platforms.get(name);
    }
    if (value != null) {
      declared.put(name, value);
    }
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
    return unused;
  }

  private static void putPlatform(Map<String, String> map, String prefix, Platform platform) {
    map.put(prefix + "PLATFORM", platform.toString());
    map.put(prefix + "OS", platform.os());
    map.put(prefix + "ARCH", platform.architecture());
    map.put(prefix + "VARIANT", Objects.requireNonNullElse(platform.variant(), ""));
  }
}
