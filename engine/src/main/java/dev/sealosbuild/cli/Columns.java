package dev.sealosbuild.cli;

/** Fits text into a terminal's width. */
final class Columns {
  private Columns() {}

  /** One text at the left, cut where it is too long, the other at the right. */
  static String between(String left, String right, int width) {
    int room = width - width(right) - (right.isEmpty() ? 0 : 1);
    if (room < 4) {
      return cut(left, width);
    }
    String shown = cut(left, room);
    return right.isEmpty() ? shown : shown + " ".repeat(room + 1 - width(shown)) + right;
  }

  /** As much of the text as fits. */
  static String cut(String text, int width) {
    int used = 0;
    int end = 0;
    int last = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      int columns = width(codePoint);
      if (used + columns > width) {
        return text.substring(0, last) + "~";
      }
      if (used + columns <= width - 1) {
        last = end + Character.charCount(codePoint);
      }
      used += columns;
      end += Character.charCount(codePoint);
    }
    return text;
  }

  /** The columns that a text takes. */
  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      width += width(text.codePointAt(i));
    }
    return width;
  }

  /** Combining marks take none, East Asian and picture characters two. */
  private static int width(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0xffe0 && c <= 0xffe6)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
