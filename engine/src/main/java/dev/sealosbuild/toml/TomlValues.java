package dev.sealosbuild.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads keys and values. */
final class TomlValues {
  private static final int MAX_DEPTH = 64;

  private final TomlText text;
  private final TomlStrings strings;
  private int depth;

  /** A number, a date or a time, as it is written: nothing reads more of those than their type. */
  record Scalar(String text) {}

  /** Loaded where there is a value that is none of text and truth. */
  private static final class Scalars {
    private static final String DIGITS = "[0-9](?:_?[0-9])*+";
    private static final String WHOLE = "[+-]?(?:0|[1-9](?:_?[0-9])*+)";
    private static final String CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?";
    private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final Pattern ANY =
        Pattern.compile(
            WHOLE
                + "(?:\\."
                + DIGITS
                + ")?(?:[eE][+-]?"
                + DIGITS
                + ")?|0x[0-9a-fA-F](?:_?[0-9a-fA-F])*+|0o[0-7](?:_?[0-7])*+|0b[01](?:_?[01])*+"
                + "|[+-]?(?:inf|nan)|"
                + CLOCK
                + "|"
                + DAY
                + "(?:[Tt ]"
                + CLOCK
                + "(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?");
    private static final Pattern DATE = Pattern.compile(DAY);
  }

  TomlValues(TomlText text) {
    this.text = text;
    this.strings = new TomlStrings(text);
  }

  /** A line {@code key = value} of a table. */
  void assign(TomlTable table) {
    int line = text.line();
    List<String> keys = keys();
    text.expect("=");
    TomlTable inner = table;
    for (String key : keys.subList(0, keys.size() - 1)) {
      Object there = inner.get(key);
      if (there == null) {
        TomlTable made = text.table(TomlTable.Definition.DOTTED);
        inner.put(key, made, line);
        inner = made;
      } else if (there instanceof TomlTable next
          && next.definition() == TomlTable.Definition.DOTTED) {
        inner = next;
      } else {
        throw text.wrong(key + " is defined already, and nothing can be added to it");
      }
    }
    String last = keys.get(keys.size() - 1);
    if (inner.get(last) != null) {
      throw text.wrong(String.join(".", keys) + " is defined twice");
    }
    text.skipBlanks();
    inner.put(last, value(), line);
  }

  /** A key, at its dots taken apart. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    do {
      text.skipBlanks();
      keys.add(key());
      text.skipBlanks();
    } while (text.takes("."));
    return keys;
  }

  private String key() {
    if (text.takes("\"")) {
      return strings.basic();
    }
    if (text.takes("'")) {
      return strings.literal();
    }
    StringBuilder key = new StringBuilder();
    while (isBare(text.peek())) {
      key.append(text.next());
    }
    if (key.length() == 0) {
      throw text.wrong("a key is expected, not " + text.rest());
    }
    return key.toString();
  }

  private Object value() {
    if (text.takes("\"\"\"")) {
      return strings.basicOfLines();
    }
    if (text.takes("'''")) {
      return strings.literalOfLines();
    }
    if (text.takes("\"")) {
      return strings.basic();
    }
    if (text.takes("'")) {
      return strings.literal();
    }
    if (text.takes("[")) {
      return nested(true);
    }
    if (text.takes("{")) {
      return nested(false);
    }
    return word();
  }

  private Object nested(boolean list) {
    if (++depth > MAX_DEPTH) {
      throw text.wrong("values are nested more than " + MAX_DEPTH + " deep");
    }
    Object value = list ? list() : inlineTable();
    depth--;
    return value;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    text.skipLinesAndComments();
    while (!text.takes("]")) {
      list.add(value());
      text.skipLinesAndComments();
      if (!text.takes(",")) {
        text.expect("]");
        break;
      }
      text.skipLinesAndComments();
    }
    return list;
  }

  private TomlTable inlineTable() {
    TomlTable table = text.table(TomlTable.Definition.DOTTED);
    text.skipBlanks();
    if (!text.takes("}")) {
      do {
        assign(table);
        text.skipBlanks();
      } while (text.takes(","));
      text.expect("}");
    }
    table.define(TomlTable.Definition.INLINE);
    return table;
  }

  private Object word() {
    String word = bareWord();
    if (word.equals("true") || word.equals("false")) {
      return word.equals("true");
    }
    if (Scalars.DATE.matcher(word).matches() && text.peek() == ' ') {
      text.skipBlanks();
      String clock = bareWord();
      word = clock.isEmpty() ? word : word + " " + clock;
    }
    if (!Scalars.ANY.matcher(word).matches()) {
      String found = word.isEmpty() ? text.rest() : word;
      throw text.wrong("a value is expected, not " + found + "; text stands in quotes");
    }
    return new Scalar(word);
  }

  private String bareWord() {
    StringBuilder word = new StringBuilder();
    for (char c = text.peek(); isBare(c) || ".+:/".indexOf(c) >= 0; c = text.peek()) {
      word.append(text.next());
    }
    return word.toString();
  }

  private static boolean isBare(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
