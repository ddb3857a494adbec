package dev.sealosbuild.toml;

import dev.sealosbuild.error.BuildException;

/** The text of a document, read from the left, with the number of the line it has come to. */
final class TomlText {
  private static final int SHOWN = 40;

  private final String text;
  private final String source;
  private int at;
  private int line = 1;

  TomlText(String text, String source) {
    this.text = text;
    this.source = source;
  }

  int line() {
    return line;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  /** The next character; 0 at the end, which no document holds. */
  char peek() {
    return atEnd() ? 0 : text.charAt(at);
  }

  char next() {
    if (atEnd()) {
      throw wrong("the file ends too early");
    }
    char c = text.charAt(at++);
    if (c == '\n') {
      line++;
    }
    return c;
  }

  /** Goes on behind these characters if they come next. */
  boolean takes(String characters) {
    if (!text.startsWith(characters, at)) {
      return false;
    }
    at += characters.length();
    return true;
  }

  boolean takesLineEnd() {
    if (takes("\n") || takes("\r\n")) {
      line++;
      return true;
    }
    return false;
  }

  void expect(String characters) {
    skipBlanks();
    if (!takes(characters)) {
      throw wrong("\"" + characters + "\" is expected, not " + rest());
    }
  }

  void skipBlanks() {
    while (peek() == ' ' || peek() == '\t') {
      at++;
    }
  }

  void skipLinesAndComments() {
    do {
      skipBlanks();
      skipComment();
    } while (takesLineEnd());
  }

  /** What may follow on a line that is complete. */
  void endLine() {
    skipBlanks();
    skipComment();
    if (!atEnd() && !takesLineEnd()) {
      throw wrong("the line is complete, yet there follows " + rest());
    }
  }

  TomlTable table(TomlTable.Definition definition) {
    return new TomlTable(source, line, definition);
  }

  BuildException wrong(String problem) {
    return new BuildException(
        source + ":" + line + ": " + problem, "correct this line; the file is to be TOML 1.0");
  }

  /** What follows on this line, for messages. */
  String rest() {
    int end = at;
    while (end < text.length() && end < at + SHOWN && text.charAt(end) >= ' ') {
      end++;
    }
    return end == at ? "the line's end" : text.substring(at, end);
  }

  static boolean isControl(char c) {
    return (c < ' ' && c != '\t') || c == 0x7f;
  }

  private void skipComment() {
    if (peek() != '#') {
      return;
    }
    while (!atEnd() && peek() != '\n' && !text.startsWith("\r\n", at)) {
      if (isControl(peek())) {
        throw wrong("a comment holds a control character");
      }
      at++;
    }
  }
}
