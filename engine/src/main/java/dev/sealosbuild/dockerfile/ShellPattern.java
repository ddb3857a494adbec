package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of {@code ${x#p}}, {@code ${x%p}} and {@code ${x/p/w}}: {@code *} any characters,
 * {@code ?} one, {@code \} takes the next as it is.
 *
 * <p>The pattern is a list of parts with a star between each two. Parts are looked for one after
 * the other and never given back, which is enough to find both the shortest and the longest match,
 * so the cost is at most the length of the value times that of the pattern.
 */
final class ShellPattern {
  private static final int ANY = -1;
  private static final int NO_START = -1;
  private static final int NO_REST = -2;

  private final List<int[]> parts = new ArrayList<>();

  ShellPattern(String pattern) {
    int[] part = new int[pattern.length()];
    int length = 0;
    for (int at = 0; at < pattern.length(); ) {
      int c = pattern.codePointAt(at);
      at += Character.charCount(c);
      if (c == '*') {
        parts.add(Arrays.copyOf(part, length));
        length = 0;
      } else if (c == '?') {
        part[length++] = ANY;
      } else {
        if (c == '\\' && at < pattern.length()) {
          c = pattern.codePointAt(at);
          at += Character.charCount(c);
        }
        part[length++] = c;
      }
    }
    parts.add(Arrays.copyOf(part, length));
  }

  /** The value without what matches at its start. */
  String trimStart(String value, boolean longest) {
    int[] text = value.codePoints().toArray();
    int end = matchEnd(text, 0, longest, parts);
    return end < 0 ? value : string(text, end, text.length);
  }

  /** The value without what matches at its end. */
  String trimEnd(String value, boolean longest) {
    int[] text = reversed(value.codePoints().toArray());
    int end = matchEnd(text, 0, longest, reversedParts());
    return end < 0 ? value : string(reversed(text), 0, text.length - end);
  }

  /** The value with the longest match at its start, or at its end, replaced. */
  String replaceAnchored(String value, String replacement, boolean atStart) {
    int[] text = value.codePoints().toArray();
    if (atStart) {
      int end = matchEnd(text, 0, true, parts);
      return end < 0 ? value : replacement + string(text, end, text.length);
    }
    int[] backwards = reversed(text);
    int end = matchEnd(backwards, 0, true, reversedParts());
    return end < 0 ? value : string(text, 0, text.length - end) + replacement;
  }

  /**
   * The value with the first match, or every match, replaced; a match is as long as can be. The
   * empty pattern matches nothing; see {@link #inserted}.
   *
   * @param maxLength stops soon after the result has become longer
   */
  String replace(String value, String replacement, boolean all, int maxLength) {
    int[] text = value.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int at = 0;
    boolean empty = parts.size() == 1 && parts.get(0).length == 0;
    while (!empty && at <= text.length && out.length() <= maxLength) {
      int end = matchEnd(text, at, true, parts);
      if (end == NO_REST) {
        // what is missing behind this place is missing behind every later one
        break;
      }
      if (end < 0 || (end == at && at > 0)) {
        at++;
        continue;
      }
      out.append(string(text, copied, at)).append(replacement);
      copied = end;
      at = Math.max(end, at + 1);
      if (!all) {
        break;
      }
    }
    return out.append(string(text, copied, text.length)).toString();
  }

  /**
   * The value with the text before it, or before, between and behind all its characters: so
   * BuildKit replaces the empty pattern.
   *
   * @param maxLength stops soon after the result has become longer
   */
  static String inserted(String value, String text, boolean all, int maxLength) {
    StringBuilder out = new StringBuilder(text);
    if (!all) {
      return out.append(value).toString();
    }
    for (int at = 0; at < value.length() && out.length() <= maxLength; ) {
      int c = value.codePointAt(at);
      out.appendCodePoint(c).append(text);
      at += Character.charCount(c);
    }
    return out.toString();
  }

  /** Where the match that begins here ends, or {@link #NO_START} or {@link #NO_REST}. */
  private static int matchEnd(int[] text, int from, boolean longest, List<int[]> parts) {
    if (!startsWith(text, from, parts.get(0))) {
      return NO_START;
    }
    int at = from + parts.get(0).length;
    for (int i = 1; i < parts.size(); i++) {
      int[] part = parts.get(i);
      boolean last = i == parts.size() - 1;
      int found = last && longest ? lastIndex(text, at, part) : firstIndex(text, at, part);
      if (found < 0) {
        return NO_REST;
      }
      at = found + part.length;
    }
    return at;
  }

  private static int firstIndex(int[] text, int from, int[] part) {
    for (int i = from; i <= text.length - part.length; i++) {
      if (startsWith(text, i, part)) {
        return i;
      }
    }
    return -1;
  }

  private static int lastIndex(int[] text, int from, int[] part) {
    for (int i = text.length - part.length; i >= from; i--) {
      if (startsWith(text, i, part)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean startsWith(int[] text, int from, int[] part) {
    if (part.length > text.length - from) {
      return false;
    }
    for (int i = 0; i < part.length; i++) {
      if (part[i] != ANY && part[i] != text[from + i]) {
        return false;
      }
    }
    return true;
  }

  private List<int[]> reversedParts() {
    List<int[]> reversed = new ArrayList<>(parts.size());
    for (int i = parts.size() - 1; i >= 0; i--) {
      reversed.add(reversed(parts.get(i)));
    }
    return reversed;
  }

  private static int[] reversed(int[] text) {
    int[] reversed = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      reversed[i] = text[text.length - 1 - i];
    }
    return reversed;
  }

  private static String string(int[] text, int from, int to) {
    return new String(text, from, to - from);
  }
}
