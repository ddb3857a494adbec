package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal of endless height that understands what {@link TerminalView} sends. */
final class TerminalText {
  private static final Pattern PART =
      Pattern.compile("\u001b\\[([0-9]*)([A-Za-z])|([^\u001b\r\n]+)|([\r\n])");

  private TerminalText() {}

  static List<String> shown(String sent) {
    List<String> lines = new ArrayList<>();
    int row = 0;
    int end = 0;
    Matcher parts = PART.matcher(sent);
    while (parts.find()) {
      if (parts.start() != end) {
        throw new AssertionError("not understood: " + sent.substring(end, parts.start()));
      }
      end = parts.end();
      while (lines.size() <= row) {
        lines.add("");
      }
      if ("A".equals(parts.group(2))) {
        row -= Integer.parseInt(parts.group(1));
      } else if ("J".equals(parts.group(2))) {
        lines.subList(row, lines.size()).clear();
      } else if (parts.group(3) != null) {
        lines.set(row, lines.get(row) + parts.group(3));
      } else if ("\n".equals(parts.group(4))) {
        row++;
      }
    }
    return lines;
  }
}
