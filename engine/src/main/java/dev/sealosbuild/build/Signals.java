package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.util.Locale;
import java.util.Set;

/** The names of Linux' signals, as STOPSIGNAL takes them. */
final class Signals {
  /** Of signal(7), with the older names that docker takes as well. */
  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
          "RTMIN", "RTMAX");

  private Signals() {}

  /**
   * The signal as it is written.
   *
   * @param signal a name with or without SIG, in any case, or a number above 0
   * @throws BuildException when it is neither
   */
  static String checked(String signal) {
    String name = signal.toUpperCase(Locale.ROOT);
    String bare = name.startsWith("SIG") ? name.substring(3) : name;
    boolean realTime = bare.matches("RTMIN\\+([1-9]|1[0-5])|RTMAX-([1-9]|1[0-4])");
    if (NAMES.contains(bare) || realTime || signal.matches("0*[1-9][0-9]{0,8}")) {
      return signal;
    }
    throw new BuildException(
        "\"" + signal + "\" is not a signal", "write a name such as SIGTERM, or a number");
  }
}
