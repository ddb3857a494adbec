package dev.sealosbuild.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which line of a template wrote a line of what it was rendered to. Both are read in order: a line
 * without actions must be the same, one with actions must have the text around them. Where a loop
 * or a function wrote the line, it is the first of its lines that fits.
 */
final class TemplateLines {
  private final List<String[]> literals = new ArrayList<>();
  private final String[] output;
  private final Map<Integer, Integer> known = new HashMap<>();
  private final boolean identical;

  /**
   * @param source the template
   * @param output all that it wrote, in its order
   */
  TemplateLines(String source, String output) {
    String blank = TemplateText.withoutActions(source);
    for (String line : blank.split("\n", -1)) {
      literals.add(line.strip().split(String.valueOf(TemplateText.UNKNOWN), -1));
    }
    this.output = output.split("\n", -1);
    this.identical = output.equals(blank) || output.equals(source);
    if (!identical) {
      align();
    }
  }

  /**
   * The template's line.
   *
   * @param line of the output, counted from 1
   * @return counted from 1; 0 where none fits
   */
  int lineOf(int line) {
    return identical ? line : known.getOrDefault(line, 0);
  }

  private void align() {
    Map<String, List<Integer>> plain = new HashMap<>();
    for (int i = 0; i < literals.size(); i++) {
      if (literals.get(i).length == 1 && !literals.get(i)[0].isEmpty()) {
        plain.computeIfAbsent(literals.get(i)[0], text -> new ArrayList<>()).add(i);
      }
    }
    int next = 0;
    for (int i = 0; i < output.length; i++) {
      String text = output[i].strip();
      int at = text.isEmpty() ? -1 : find(text, next, plain);
      if (at >= 0) {
        known.put(i + 1, at + 1);
        next = at + 1;
      }
    }
  }

  /** The next line from there on, or the first of all, that may have written the text. */
  private int find(String text, int from, Map<String, List<Integer>> plain) {
    List<Integer> same = plain.getOrDefault(text, List.of());
    for (int at : same) {
      if (at >= from) {
        return nearerTemplate(text, from, at);
      }
    }
    int template = scan(text, from, literals.size());
    if (template >= 0) {
      return template;
    }
    return same.isEmpty() ? scan(text, 0, from) : same.get(0);
  }

  private int nearerTemplate(String text, int from, int at) {
    int template = scan(text, from, at);
    return template >= 0 ? template : at;
  }

  private int scan(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (literals.get(i).length > 1 && fits(literals.get(i), text)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the pieces stand in the text in their order, the first and the last at its ends. */
  private static boolean fits(String[] pieces, String text) {
    String first = pieces[0];
    String last = pieces[pieces.length - 1];
    if (first.isBlank() && last.isBlank() && pieces.length == 2) {
      return false; // an action alone may write anything
    }
    if (first.length() + last.length() > text.length()
        || !text.startsWith(first)
        || !text.endsWith(last)) {
      return false;
    }
    int at = first.length();
    for (int i = 1; i < pieces.length - 1; i++) {
      int found = text.indexOf(pieces[i], at);
      if (found < 0 || found + pieces[i].length() > text.length() - last.length()) {
        return false;
      }
      at = found + pieces[i].length();
    }
    return true;
  }
}
