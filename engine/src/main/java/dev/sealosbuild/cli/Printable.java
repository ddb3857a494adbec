package dev.sealosbuild.cli;

/**
 * Text that came from outside, made fit for a terminal or a log: what would move the cursor, change
 * colours, turn the writing direction or begin a line of its own is shown as {@code \}{@code u001b}
 * instead.
 */
final class Printable {
  private Printable() {}

  /** One line; a line's end within is shown as {@code \n}. */
  static String line(String text) {
    return clean(text, false);
  }

  /** Any number of lines. */
  static String lines(String text) {
    return clean(text, true);
  }

  private static String clean(String text, boolean linesAllowed) {
    for (int i = 0; i < text.length(); i++) {
      if (mustHide(text.charAt(i), linesAllowed)) {
        return escaped(text, i, linesAllowed);
      }
    }
    return text;
  }

  private static String escaped(String text, int firstHidden, boolean linesAllowed) {
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, firstHidden);
    for (int i = firstHidden; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!mustHide(c, linesAllowed)) {
        out.append(c);
      } else if (c == '\t') {
        out.append("    ");
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\r') {
        out.append("\\r");
      } else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
      }
    }
    return out.toString();
  }

  private static boolean mustHide(char c, boolean linesAllowed) {
    if (c == '\n') {
      return !linesAllowed;
    }
    boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    boolean lineEnd = c == 0x2028 || c == 0x2029;
    boolean direction =
        c == 0x61c
            || c == 0x200e
            || c == 0x200f
            || (c >= 0x202a && c <= 0x202e)
            || (c >= 0x2066 && c <= 0x2069);
    return control || lineEnd || direction;
  }
}
