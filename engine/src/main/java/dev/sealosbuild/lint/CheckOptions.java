package dev.sealosbuild.lint;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code check} directive says: {@code skip=RULE,RULE;error=true;experimental=RULE}, with
 * {@code all} for every rule. Rules that are not known are passed over, as newer versions have
 * more. Spec source: BuildKit's {@code reference.md}, "check".
 *
 * @param skipped names of rules, or {@code all}
 * @param experimental names of experimental rules that are wanted, or {@code all}
 * @param error whether a violation fails the build
 */
record CheckOptions(List<String> skipped, List<String> experimental, boolean error) {
  static final CheckOptions NONE = new CheckOptions(List.of(), List.of(), false);

  private static final String FORM =
      "write skip=RULE,RULE or skip=all, error=true and experimental=RULE, parted by semicolons";

  /** A part of the options that says nothing; told at its place by whoever knows it. */
  static final class Malformed extends BuildException {
    private static final long serialVersionUID = 1;

    private final int offset;

    Malformed(int offset, String problem) {
      super(problem, FORM);
      this.offset = offset;
    }

    /** Where the part begins in the options. */
    int offset() {
      return offset;
    }
  }

  CheckOptions {
    skipped = List.copyOf(skipped);
    experimental = List.copyOf(experimental);
  }

  /**
   * Reads the value of a directive.
   *
   * @throws Malformed where a part of it is not known
   */
  static CheckOptions parse(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    List<String> skipped = new ArrayList<>();
    List<String> experimental = new ArrayList<>();
    boolean error = false;
    int next = 0;
    while (next <= text.length()) {
      int semicolon = text.indexOf(';', next);
      int end = semicolon < 0 ? text.length() : semicolon;
      int at = next;
      while (at < end && text.charAt(at) == ' ') {
        at++;
      }
      String part = text.substring(at, end).strip();
      next = end + 1;
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1).strip();
      switch (equals < 0 ? "" : part.substring(0, equals).strip()) {
        case "skip" -> addNames(value, skipped);
        case "experimental" -> addNames(value, experimental);
        case "error" -> error = truth(at, part, value);
        default -> throw new Malformed(at, "the check option \"" + shown(part) + "\" is not known");
      }
    }
    return new CheckOptions(skipped, experimental, error);
  }

  /** What the first {@code # check=} among the comments before an instruction asks for, or null. */
  static @Nullable CheckOptions of(List<String> comments) {
    for (String comment : comments) {
      int equals = comment.indexOf('=');
      if (equals > 0 && comment.substring(0, equals).strip().equalsIgnoreCase("check")) {
        String value = comment.substring(equals + 1).strip();
        int space = value.indexOf(' ');
        try {
          // What follows is the reason.
          return parse(space < 0 ? value : value.substring(0, space));
        } catch (Malformed e) {
          // A comment may say anything.
          return null;
        }
      }
    }
    return null;
  }

  boolean skips(Rule rule) {
    return skipped.contains("all") || skipped.contains(rule.title());
  }

  boolean wantsExperiment(Rule rule) {
    return experimental.contains("all") || experimental.contains(rule.title());
  }

  private static void addNames(String value, List<String> names) {
    int at = 0;
    while (at <= value.length()) {
      int comma = value.indexOf(',', at);
      int end = comma < 0 ? value.length() : comma;
      names.add(value.substring(at, end).strip());
      at = end + 1;
    }
  }

  private static boolean truth(int at, String part, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw new Malformed(at, "the check option \"" + shown(part) + "\" is not true or false");
    };
  }

  private static String shown(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
