package dev.sealosbuild.toml;

/** Reads strings, each from behind its opening quotes. */
final class TomlStrings {
  private final TomlText text;

  TomlStrings(TomlText text) {
    this.text = text;
  }

  /** {@code "…"}, with escapes. */
  String basic() {
    StringBuilder string = new StringBuilder();
    while (!text.takes("\"")) {
      if (text.takes("\\")) {
        escape(string);
      } else {
        string.append(inLine());
      }
    }
    return string.toString();
  }

  /** {@code '…'}, as it stands. */
  String literal() {
    StringBuilder string = new StringBuilder();
    while (!text.takes("'")) {
      string.append(inLine());
    }
    return string.toString();
  }

  /** {@code """…"""}: a backslash at a line's end joins it to the next word. */
  String basicOfLines() {
    StringBuilder string = new StringBuilder();
    text.takesLineEnd();
    while (!text.takes("\"\"\"")) {
      if (!text.takes("\\")) {
        string.append(inLines());
      } else if (!joinsLines()) {
        escape(string);
      }
    }
    return quotesBefore(string, "\"");
  }

  /** {@code '''…'''}. */
  String literalOfLines() {
    StringBuilder string = new StringBuilder();
    text.takesLineEnd();
    while (!text.takes("'''")) {
      string.append(inLines());
    }
    return quotesBefore(string, "'");
  }

  /** One or two quotes before the closing ones are the string's. */
  private String quotesBefore(StringBuilder string, String quote) {
    for (int i = 0; i < 2 && text.takes(quote); i++) {
      string.append(quote);
    }
    return string.toString();
  }

  private boolean joinsLines() {
    if (text.peek() != ' ' && text.peek() != '\t' && text.peek() != '\r' && text.peek() != '\n') {
      return false;
    }
    text.skipBlanks();
    if (!text.takesLineEnd()) {
      throw text.wrong("a backslash stands before blanks");
    }
    do {
      text.skipBlanks();
    } while (text.takesLineEnd());
    return true;
  }

  private void escape(StringBuilder string) {
    char c = text.next();
    switch (c) {
      case 'b' -> string.append('\b');
      case 't' -> string.append('\t');
      case 'n' -> string.append('\n');
      case 'f' -> string.append('\f');
      case 'r' -> string.append('\r');
      case '"' -> string.append('"');
      case '\\' -> string.append('\\');
      case 'u' -> string.appendCodePoint(codePoint(4));
      case 'U' -> string.appendCodePoint(codePoint(8));
      default -> throw text.wrong("a string holds a backslash that begins no escape");
    }
  }

  private int codePoint(int digits) {
    long code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.next(), 16);
      if (digit < 0) {
        throw text.wrong("an escape lacks some of its " + digits + " hexadecimal digits");
      }
      code = code * 16 + digit;
    }
    if (code > Character.MAX_CODE_POINT || (code >= 0xd800 && code < 0xe000)) {
      throw text.wrong("an escape stands for no character");
    }
    return (int) code;
  }

  private char inLine() {
    if (text.peek() == '\n' || text.peek() == '\r' || text.atEnd()) {
      throw text.wrong("a string does not end on its line");
    }
    return visible(text.next());
  }

  private char inLines() {
    if (text.takesLineEnd()) {
      return '\n';
    }
    return visible(text.next());
  }

  private char visible(char c) {
    if (TomlText.isControl(c)) {
      throw text.wrong("a string holds a control character");
    }
    return c;
  }
}
