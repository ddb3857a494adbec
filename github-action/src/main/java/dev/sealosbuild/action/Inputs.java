package dev.sealosbuild.action;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What the inputs were given. An empty one counts as not given, as everywhere in workflows. */
final class Inputs {
  private static final String PREFIX = "INPUT_";

  private final Map<String, String> values = new TreeMap<>();

  /**
   * @param environment with a variable {@code INPUT_NAME} for each input; {@code -} in a name may
   *     be {@code _} there
   */
  Inputs(Map<String, String> environment) {
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(PREFIX) && !value.isBlank()) {
            String name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
            values.put(name.replace('_', '-'), value);
          }
        });
  }

  /** The names of those that were given. */
  List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** Whether it was given. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** The text without blanks around it; empty where it was not given. */
  String text(String name) {
    return values.getOrDefault(name, "").strip();
  }

  /** The text as it was given. */
  String raw(String name) {
    return values.getOrDefault(name, "");
  }

  /**
   * The values, one a line. Empty lines and those that begin with {@code #} are passed over. A
   * value in double quotes may have many lines; a double quote in it is written twice.
   *
   * @throws BuildException where a quote is not closed
   */
  List<String> list(String name) {
    List<String> list = new ArrayList<>();
    String text = raw(name).replace("\r\n", "\n");
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String line = text.substring(at, end).strip();
      if (line.startsWith("\"")) {
        int start = text.indexOf('"', at);
        end = closing(name, text, start);
        list.add(text.substring(start + 1, end).replace("\"\"", "\""));
        end = Math.max(end + 1, text.indexOf('\n', end));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        list.add(line);
      }
      at = end + 1;
    }
    return list;
  }

  /** Where the quoted value ends: at a quote that is not written twice. */
  private static int closing(String name, String text, int start) {
    for (int i = start + 1; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          i++;
        } else {
          return i;
        }
      }
    }
    throw new BuildException(
        "a value of the input " + name + " begins with a double quote that is not closed",
        "close it, or write quotes within a quoted value twice");
  }

  /**
   * Words as a shell would read them, without variables and patterns.
   *
   * @throws BuildException where a quote is not closed
   */
  List<String> words(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    String text = raw(name);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        if (quote == '"' && next != '"' && next != '\\') {
          word.append(c);
        }
        if (next != '\n') {
          word.append(next);
          inWord = true;
        }
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new BuildException("the input " + name + " has a quote that is not closed", "close it");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
