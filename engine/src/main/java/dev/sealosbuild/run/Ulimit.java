package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.Locale;

/**
 * A limit that the kernel sets to each process of a command.
 *
 * @param name as {@code prlimit} has it, such as {@code nofile}
 * @param soft the limit that counts; -1 for none
 * @param hard what a process may raise it to; -1 for none
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</a>
 */
public record Ulimit(String name, long soft, long hard) {
  private static final List<String> NAMES =
      List.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  /**
   * Reads {@code --ulimit NAME=SOFT[:HARD]}, in the units of {@code setrlimit(2)}; {@code
   * unlimited} or -1 for none.
   *
   * @throws BuildException for an unknown name, no number, or a soft limit above the hard one
   */
  public static Ulimit parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw wrong(text, "has no =");
    }
    String name = text.substring(0, equals).toLowerCase(Locale.ROOT);
    if (!NAMES.contains(name)) {
      throw wrong(text, "names no limit; those known are " + String.join(", ", NAMES));
    }
    String limits = text.substring(equals + 1);
    int colon = limits.indexOf(':');
    long soft = number(text, colon < 0 ? limits : limits.substring(0, colon));
    long hard = colon < 0 ? soft : number(text, limits.substring(colon + 1));
    if (hard >= 0 && (soft < 0 || soft > hard)) {
      throw wrong(text, "has a soft limit above its hard one");
    }
    return new Ulimit(name, soft, hard);
  }

  /** As {@code prlimit} takes it. */
  String prlimitOption() {
    return "--" + name + "=" + prlimitNumber(soft) + ":" + prlimitNumber(hard);
  }

  /** As an OCI runtime calls it. */
  String ociType() {
    return "RLIMIT_" + name.toUpperCase(Locale.ROOT);
  }

  private static String prlimitNumber(long limit) {
    return limit < 0 ? "unlimited" : Long.toString(limit);
  }

  private static long number(String text, String number) {
    if (number.equals("unlimited") || number.equals("-1")) {
      return -1;
    }
    try {
      long limit = Long.parseLong(number);
      if (limit >= 0) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw (BuildException) wrong(text, "has '" + number + "' for a number").initCause(e);
    }
    throw wrong(text, "has a limit below zero");
  }

  private static BuildException wrong(String text, String why) {
    return new BuildException("--ulimit " + text + " " + why, "write it as nofile=1024:2048");
  }
}
