package dev.sealosbuild.toml;

import dev.sealosbuild.error.BuildException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads TOML documents.
 *
 * @see <a href="https://toml.io/en/v1.0.0">TOML 1.0.0</a>
 */
public final class Toml {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final TomlText text;
  private final TomlValues values;
  private final TomlTable root;
  private TomlTable current;

  private Toml(TomlText text, String source) {
    this.text = text;
    this.values = new TomlValues(text);
    this.root = new TomlTable(source, 1, TomlTable.Definition.HEADER);
    this.current = root;
  }

  /**
   * Reads a document.
   *
   * @param bytes of it, all; the caller bounds their number
   * @param source the file's name, for messages
   * @throws BuildException when it is not TOML; the message begins with {@code source:line}
   */
  public static TomlTable read(byte[] bytes, String source) {
    String decoded;
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BuildException(source + " is not UTF-8", "save it in that encoding", e);
    }
    boolean marked = !decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK;
    Toml reader = new Toml(new TomlText(marked ? decoded.substring(1) : decoded, source), source);
    reader.readLines();
    return reader.root;
  }

  private void readLines() {
    while (true) {
      text.skipLinesAndComments();
      if (text.atEnd()) {
        return;
      }
      if (text.takes("[[")) {
        openElement();
      } else if (text.takes("[")) {
        openTable();
      } else {
        values.assign(current);
      }
      text.endLine();
    }
  }

  private void openTable() {
    int line = text.line();
    List<String> keys = values.keys();
    text.expect("]");
    TomlTable parent = parent(keys, line);
    String last = keys.get(keys.size() - 1);
    Object there = parent.get(last);
    if (there == null) {
      current = text.table(TomlTable.Definition.HEADER);
      parent.put(last, current, line);
    } else if (there instanceof TomlTable table
        && table.definition() == TomlTable.Definition.IMPLIED) {
      table.define(TomlTable.Definition.HEADER);
      current = table;
    } else {
      throw text.wrong(String.join(".", keys) + " is defined twice");
    }
  }

  @SuppressWarnings("unchecked")
  private void openElement() {
    int line = text.line();
    List<String> keys = values.keys();
    text.expect("]]");
    TomlTable parent = parent(keys, line);
    String last = keys.get(keys.size() - 1);
    Object there = parent.get(last);
    current = text.table(TomlTable.Definition.HEADER);
    if (there == null) {
      parent.put(last, new TableArray(current), line);
    } else if (there instanceof TableArray array) {
      array.add(current);
    } else {
      throw text.wrong(String.join(".", keys) + " is defined already, and not by [[…]]");
    }
  }

  /** The table that a header's last key stands in. */
  private TomlTable parent(List<String> keys, int line) {
    TomlTable table = root;
    for (String key : keys.subList(0, keys.size() - 1)) {
      Object there = table.get(key);
      if (there == null) {
        TomlTable made = text.table(TomlTable.Definition.IMPLIED);
        table.put(key, made, line);
        table = made;
      } else if (there instanceof TableArray array) {
        table = array.last();
      } else if (there instanceof TomlTable next
          && next.definition() != TomlTable.Definition.INLINE) {
        table = next;
      } else {
        throw text.wrong(key + " is defined already, and nothing can be added to it");
      }
    }
    return table;
  }

  /** What {@code [[…]]} makes, unlike a list in brackets, which is complete. */
  private static final class TableArray extends ArrayList<TomlTable> {
    private static final long serialVersionUID = 1;

    TableArray(TomlTable first) {
      add(first);
    }

    TomlTable last() {
      return get(size() - 1);
    }
  }
}
