package dev.sealosbuild.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program for {@code sh} in which nothing from outside is program text: every value travels as an
 * environment variable with a name of the script's choosing and stands in the text as a quoted
 * reference to it. So no value can be taken for a command, an option of the loader, or a setting of
 * the shell, whatever is in it.
 */
public final class Script {
  /** What every shell sets, or what is meant for the tools and not for the command. */
  private static final String OWN = "PATH LC_ALL LIBMOUNT_FORCE_MOUNT2 PWD OLDPWD SHLVL";

  private final StringBuilder text = new StringBuilder(4096);
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final StringBuilder decoding = new StringBuilder();
  private final String prefix;
  private int values;

  Script() {
    this("D");
  }

  /**
   * @param prefix begins the names of its variables; another one for a script within a script
   */
  Script(String prefix) {
    this.prefix = prefix;
    environment.put("PATH", String.join(":", Tools.FOLDERS));
    environment.put("LC_ALL", "C");
    // Overlays of many layers do not fit through the newer calls of some util-linux versions.
    environment.put("LIBMOUNT_FORCE_MOUNT2", "always");
  }

  /** Adds a line of program text. */
  Script line(String line) {
    text.append(line).append('\n');
    return this;
  }

  /** A quoted reference to the value. */
  String value(String value) {
    String name = prefix + values++;
    if (isAscii(value)) {
      environment.put(name, value);
    } else {
      // Java would turn what the locale's character set lacks into question marks.
      environment.put(name, octal(value));
      decoding.append(name).append("=$(printf '%bx' \"$").append(name).append("\")\n");
      decoding.append(name).append("=${").append(name).append("%x}\n");
    }
    return "\"$" + name + "\"";
  }

  /** Quoted references to the values, separated by spaces. */
  String values(List<String> all) {
    List<String> references = new ArrayList<>();
    all.forEach(value -> references.add(value(value)));
    return String.join(" ", references);
  }

  /**
   * Adds the text that becomes a command, with nothing of the script's in its environment; to stand
   * at the end of a subshell.
   *
   * @param assignments {@code NAME=VALUE}, all that the command sees
   * @param command what runs it
   */
  Script become(List<String> assignments, List<String> command) {
    line("set -- " + values(assignments) + " -- " + values(command));
    StringBuilder unset = new StringBuilder("unset " + OWN);
    for (int i = 0; i < values; i++) {
      unset.append(' ').append(prefix).append(i);
    }
    line(unset.toString());
    line("until [ \"$1\" = -- ]; do export \"$1\"; shift; done");
    line("shift");
    return line("exec \"$@\"");
  }

  /** All of it. */
  String text() {
    return decoding + text.toString();
  }

  /** The variables that it is to be run with, and no others. */
  Map<String, String> environment() {
    return environment;
  }

  private static boolean isAscii(String value) {
    return value.chars().allMatch(c -> c < 0x80);
  }

  private static String octal(String value) {
    StringBuilder octal = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b != '\\') {
        octal.append((char) b);
      } else {
        octal.append("\\0").append(String.format("%03o", b & 0xff));
      }
    }
    return octal.toString();
  }
}
