package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;

/** Sizes as options have them: a number and a unit, {@code b}, {@code k}, {@code m}, {@code g}. */
public final class ByteSize {
  private static final String UNITS = "bkmg";

  private ByteSize() {}

  /**
   * Reads a size such as {@code 64m}, {@code 1g}, {@code 512kb} or {@code 1000}; units are powers
   * of 1024, in either case.
   *
   * @param option names the option in an error message
   * @return bytes, not negative
   * @throws BuildException when it is none, or above 2^63
   */
  public static long parse(String option, String text) {
    String number = text.strip().toLowerCase(java.util.Locale.ROOT);
    if (number.length() > 2 && number.endsWith("b") && isUnit(number.charAt(number.length() - 2))) {
      number = number.substring(0, number.length() - 1);
    }
    int power = 0;
    if (!number.isEmpty() && isUnit(number.charAt(number.length() - 1))) {
      power = UNITS.indexOf(number.charAt(number.length() - 1));
      number = number.substring(0, number.length() - 1);
    }
    if (!number.matches("[0-9]{1,18}")) {
      throw wrong(option, text);
    }
    long size = Long.parseLong(number);
    if (size > Long.MAX_VALUE >>> (10 * power)) {
      throw wrong(option, text);
    }
    return size << (10 * power);
  }

  private static boolean isUnit(char letter) {
    return UNITS.indexOf(letter) >= 0;
  }

  private static BuildException wrong(String option, String text) {
    return new BuildException(
        option + " " + text + " is not a size", "give a number and a unit, such as 64m or 2g");
  }
}
