package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of texts, each column as wide as its widest text. */
final class Table {
  private static final int GAP = 3;

  private final List<String[]> rows = new ArrayList<>();

  Table(String... head) {
    rows.add(head);
  }

  /** Adds a row of as many texts as the head has. */
  void add(String... row) {
    rows.add(row);
  }

  /** The lines, control characters made visible. */
  List<String> lines() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns - 1];
    List<String[]> shown = new ArrayList<>();
    for (String[] row : rows) {
      String[] texts = new String[columns];
      for (int i = 0; i < columns; i++) {
        texts[i] = Printable.line(row[i]);
        if (i < widths.length) {
          widths[i] = Math.max(widths[i], Columns.width(texts[i]));
        }
      }
      shown.add(texts);
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : shown) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row[i]).append(" ".repeat(widths[i] - Columns.width(row[i]) + GAP));
      }
      lines.add(line.append(row[columns - 1]).toString());
    }
    return lines;
  }
}
