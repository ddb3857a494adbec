package dev.sealosbuild.cluster;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Variables of a shell: those of ENV, and what scripts set. */
final class ShellVariables {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** {@code $(NAME)}, which sealos replaces, and {@code ${NAME}}. */
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(?:\\(([A-Za-z_][A-Za-z0-9_]*)\\)|\\{([A-Za-z_][A-Za-z0-9_]*)\\})");

  private final Map<String, String> values;
  private final Set<String> unknown = new LinkedHashSet<>();

  ShellVariables(Map<String, String> values) {
    this.values = new HashMap<>(values);
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The value; null where the variable is not set. */
  @Nullable String get(String name) {
    return values.get(name);
  }

  /** The value as a shell puts it in: nothing where it is not set, which is remembered. */
  String value(String name) {
    String value = values.get(name);
    if (value == null && isName(name)) {
      unknown.add(name);
    }
    return value == null ? "" : value;
  }

  void set(String name, String value) {
    values.put(name, value);
  }

  /** Variables that were asked for and not set. */
  Set<String> unknown() {
    return unknown;
  }

  /** A text with its variables replaced; the same where one of them is not set. */
  String replaceAll(String text) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      String value = values.get(name);
      if (value == null) {
        return text;
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(out).toString();
  }
}
