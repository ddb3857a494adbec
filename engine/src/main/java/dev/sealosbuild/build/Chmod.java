package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;

/** The permissions that {@code --chmod} asks for, in octal. */
final class Chmod {
  private Chmod() {}

  /**
   * @param text one to four octal digits, also more leading zeros
   * @throws BuildException when it is something else
   */
  static int parse(String text) {
    boolean octal = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '7');
    String digits = octal ? text.replaceFirst("^0+(?=.)", "") : "";
    if (!octal || digits.length() > 4) {
      throw new BuildException(
          "--chmod=" + text + " is not a mode", "write it in octal, such as 755 or 0644");
    }
    return Integer.parseInt(digits, 8);
  }
}
