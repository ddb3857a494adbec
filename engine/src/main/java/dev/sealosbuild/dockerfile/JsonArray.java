package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exec form: a JSON array of strings.
 *
 * <p>Read here and not by a JSON library, since loading one would be most of the time that an
 * unchanged build takes.
 */
final class JsonArray {
  private static final int MAX_DEPTH = 100;

  /** Thrown and caught within this class only. */
  private static final class NotJson extends Exception {
    private static final long serialVersionUID = 1;

    NotJson() {
      super(null, null, false, false);
    }
  }

  private final String text;
  private final int end;
  private int at;
  private final List<String> strings = new ArrayList<>();
  private int notAString = -1;

  private JsonArray(String text, int from, int end) {
    this.text = text;
    this.at = from;
    this.end = end;
  }

  /** The array that begins the text, or null where none does. */
  static @Nullable JsonArray read(String text, int from, int end) {
    if (from >= end || text.charAt(from) != '[') {
      return null;
    }
    JsonArray array = new JsonArray(text, from, end);
    try {
      array.elements();
      return array;
    } catch (NotJson e) {
      return null;
    }
  }

  /** The elements that are strings. */
  List<String> strings() {
    return strings;
  }

  /** Where the first element stands that is not a string, or -1. */
  int notAString() {
    return notAString;
  }

  /** Where the text goes on behind the array and the white space after it. */
  int rest() {
    return at;
  }

  private void elements() throws NotJson {
    at++;
    skipSpace();
    if (peek() != ']') {
      element();
      while (peek() == ',') {
        at++;
        skipSpace();
        element();
      }
    }
    expect(']');
    skipSpace();
  }

  private void element() throws NotJson {
    int start = at;
    if (peek() == '"') {
      strings.add(string());
      skipSpace();
    } else {
      value(1);
      if (notAString < 0) {
        notAString = start;
      }
    }
  }

  private void value(int depth) throws NotJson {
    if (depth > MAX_DEPTH) {
      throw new NotJson();
    }
    switch (peek()) {
      case '"' -> string();
      case '[' -> nested(depth, ']');
      case '{' -> nested(depth, '}');
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
    skipSpace();
  }

  private void nested(int depth, char close) throws NotJson {
    at++;
    skipSpace();
    boolean more = peek() != close;
    while (more) {
      if (close == '}') {
        string();
        skipSpace();
        expect(':');
        skipSpace();
      }
      value(depth + 1);
      more = peek() == ',';
      if (more) {
        at++;
        skipSpace();
      }
    }
    expect(close);
  }

  private String string() throws NotJson {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return string.toString();
      }
      if (c < ' ') {
        throw new NotJson();
      }
      string.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() throws NotJson {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw new NotJson();
    };
  }

  private char unicode() throws NotJson {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw new NotJson();
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private void number() throws NotJson {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < end && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() throws NotJson {
    int start = at;
    while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw new NotJson();
    }
  }

  private void word(String word) throws NotJson {
    if (!text.startsWith(word, at)) {
      throw new NotJson();
    }
    at += word.length();
  }

  private char peek() throws NotJson {
    if (at >= end) {
      throw new NotJson();
    }
    return text.charAt(at);
  }

  private void expect(char c) throws NotJson {
    if (peek() != c) {
      throw new NotJson();
    }
    at++;
  }

  private void skipSpace() {
    while (at < end && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
