package dev.sealosbuild.dockerfile;

import java.util.Locale;
import java.util.Set;

/** What STOPSIGNAL takes: the signals of Linux, by name, with or without SIG, or by number. */
public final class Signals {
  /** For an error message. */
  public static final String REMEDY = "name a signal such as SIGTERM, or give its number";

  private static final Set<String> NAMES =
      Set.of(
          ("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV"
                  + " STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ"
                  + " RTMIN RTMAX")
              .split(" "));

  private Signals() {}

  /** Whether the text, in any case, is a signal; {@code RTMIN+1} and {@code RTMAX-1} are, too. */
  public static boolean isSignal(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    name = name.startsWith("SIG") ? name.substring(3) : name;
    if (NAMES.contains(name)) {
      return true;
    }
    if (name.startsWith("RTMIN+")) {
      return isNumber(name.substring(6), 15);
    }
    if (name.startsWith("RTMAX-")) {
      return isNumber(name.substring(6), 14);
    }
    return isNumber(text, Integer.MAX_VALUE);
  }

  private static boolean isNumber(String text, int max) {
    try {
      int number = Integer.parseInt(text);
      return number > 0 && number <= max && text.charAt(0) != '+';
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
