package dev.sealosbuild.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program for {@code sh} in which nothing from outside is program text: every value stands in
 * single quotes, between which no character means anything to a shell but the quote itself.
 */
public final class Script {
  /** What every shell sets, or what is meant for the tools and not for the command. */
  private static final String OWN = "PATH LC_ALL LIBMOUNT_FORCE_MOUNT2 PWD OLDPWD SHLVL";

  private final StringBuilder text = new StringBuilder(4096);

  Script() {}

  /** Adds a line of program text. */
  Script line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /**
   * The value as one quoted word.
   *
   * @param value without a byte 0
   */
  String value(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }

  /** The values as quoted words, separated by spaces. */
  String values(List<String> all) {
    List<String> words = new ArrayList<>();
    all.forEach(value -> words.add(value(value)));
    return String.join(" ", words);
  }

  /**
   * Adds the text that becomes a command, with nothing of the script's in its environment; to stand
   * at the end of a subshell.
   *
   * @param assignments {@code NAME=VALUE}, all that the command sees
   * @param command what runs it
   */
  Script become(List<String> assignments, List<String> command) {
    line("unset " + OWN);
    line("set -- " + values(assignments) + " -- " + values(command));
    line("until [ \"$1\" = -- ]; do export \"$1\"; shift; done");
    line("shift");
    return line("exec \"$@\"");
  }

  /** All of it. */
  String text() {
    return text.toString();
  }

  /** The variables that scripts are to be run with, and no others. */
  static Map<String, String> environment() {
    return Map.of(
        "PATH", String.join(":", Tools.FOLDERS),
        "LC_ALL", "C",
        // Overlays of many layers do not fit through the newer calls of some util-linux versions.
        "LIBMOUNT_FORCE_MOUNT2", "always");
  }
}
