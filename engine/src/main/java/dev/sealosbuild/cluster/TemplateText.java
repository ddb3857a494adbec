package dev.sealosbuild.cluster;

/** Go templates, as far as their text can be read without running them. */
final class TemplateText {
  /** Of Unicode's private use: it stands for what an action would write, and is in no name. */
  static final char UNKNOWN = '\uE000';

  private TemplateText() {}

  static boolean isTemplate(String text) {
    return text.contains("{{");
  }

  /**
   * The text with every action replaced: by nothing where a line has nothing else, so that control
   * structures leave empty lines, and by {@link #UNKNOWN} elsewhere. Lines stay where they are.
   *
   * @see <a href="https://pkg.go.dev/text/template#hdr-Actions">text/template, actions</a>
   */
  static String withoutActions(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      if (open < 0) {
        break;
      }
      int close = end(text, open);
      out.append(text, at, open).append(UNKNOWN);
      for (int i = open; i < close; i++) {
        if (text.charAt(i) == '\n') {
          out.append('\n');
        }
      }
      at = close;
    }
    out.append(text, at, text.length());
    StringBuilder lines = new StringBuilder(out.length());
    for (String line : out.toString().split("\n", -1)) {
      boolean actionsOnly = line.indexOf(UNKNOWN) >= 0 && line.replace(UNKNOWN, ' ').isBlank();
      lines.append(actionsOnly ? "" : line).append('\n');
    }
    lines.setLength(lines.length() - 1);
    return lines.toString();
  }

  /** Behind the action's end; strings and comments in it may have braces. */
  private static int end(String text, int open) {
    int at = open + 2;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        at = end < 0 ? text.length() : end + 2;
      } else if (c == '"' || c == '`') {
        at = endOfString(text, at);
      } else if (text.startsWith("}}", at)) {
        return at + 2;
      } else {
        at++;
      }
    }
    return text.length();
  }

  private static int endOfString(String text, int open) {
    char quote = text.charAt(open);
    for (int i = open + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote == '"') {
        i++;
      } else if (c == quote) {
        return i + 1;
      } else if (c == '\n' && quote == '"') {
        return i;
      }
    }
    return text.length();
  }
}
