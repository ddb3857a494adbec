package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Splits the line of an instruction, as BuildKit's parser does, into words that keep quotes. */
final class Words {
  private Words() {}

  /** White space as Unicode has it; Java's own definitions leave out no-break spaces. */
  static boolean isSpace(int c) {
    return (c >= '\t' && c <= '\r')
        || c == ' '
        || c == 0x85
        || c == 0xA0
        || (c >= 0x1680 && Character.isSpaceChar(c));
  }

  /** The white space that parts a keyword from its arguments, and plain words from one another. */
  private static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0B;
  }

  static int skipSpace(String text, int from, int end) {
    int at = from;
    while (at < end && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static int trimEnd(String text, int from, int end) {
    int at = end;
    while (at > from && isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  static int skipWord(String text, int from, int end) {
    int at = from;
    while (at < end && !isSeparator(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** The first word of a line. */
  static String first(String line) {
    return line.substring(0, skipWord(line, 0, line.length()));
  }

  /** The text as an error message may show it: quoted, on one line, of bearable length. */
  static String shortened(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), 60); i++) {
      char c = text.charAt(i);
      shown.append(c < ' ' ? ' ' : c);
    }
    return shown.append(text.length() > 60 ? "…\"" : "\"").toString();
  }

  /** Words parted by white space, whatever quotes they hold. */
  static List<Word> separated(String line, int from, int end) {
    List<Word> words = new ArrayList<>();
    int at = from;
    while (at < end) {
      int wordEnd = skipWord(line, at, end);
      if (wordEnd > at) {
        words.add(new Word(line.substring(at, wordEnd), at));
      }
      at = wordEnd + 1;
    }
    return words;
  }

  /** Words parted by white space outside of quotes; quotes and escapes stay in the words. */
  static List<Word> quoted(String line, int from, int end, char escape) {
    List<Word> words = new ArrayList<>();
    int at = skipSpace(line, from, end);
    while (at < end) {
      int start = at;
      StringBuilder word = new StringBuilder();
      at = quotedWord(line, start, end, escape, word);
      if (word.length() > 0) {
        words.add(new Word(word.toString(), start));
      }
      at = skipSpace(line, at, end);
    }
    return words;
  }

  private static int quotedWord(String line, int start, int end, char escape, StringBuilder word) {
    char quote = 0;
    int at = start;
    while (at < end) {
      char c = line.charAt(at);
      if (quote == 0 && isSpace(c)) {
        return at;
      }
      at++;
      if (c == escape && quote != '\'') {
        if (at == end) {
          // an escape character that ends the line escapes nothing
          return at;
        }
        word.append(c).append(line.charAt(at++));
        continue;
      }
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      word.append(c);
    }
    return at;
  }

  /**
   * The flags that lead the arguments: words that begin with {@code --}, quotes and escapes
   * resolved.
   *
   * @param flags takes the flags, dashes included
   * @return where the arguments begin
   */
  static int flags(String line, int from, int end, char escape, List<Word> flags) {
    int at = skipSpace(line, from, end);
    while (line.startsWith("--", at) && at + 1 < end) {
      int start = at;
      StringBuilder word = new StringBuilder();
      at = flag(line, start, end, escape, word);
      if (word.toString().equals("--")) {
        return skipSpace(line, at, end);
      }
      flags.add(new Word(word.toString(), start));
      at = skipSpace(line, at, end);
    }
    return at;
  }

  private static int flag(String line, int start, int end, char escape, StringBuilder word) {
    char quote = 0;
    int at = start;
    while (at < end) {
      char c = line.charAt(at);
      if (quote == 0 && isSpace(c)) {
        return at;
      }
      at++;
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (c == escape) {
        if (at < end) {
          word.append(line.charAt(at++));
        }
      } else {
        word.append(c);
      }
    }
    return at;
  }
}
