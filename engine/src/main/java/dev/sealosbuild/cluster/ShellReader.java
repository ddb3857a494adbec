package dev.sealosbuild.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a shell script command by command, far enough to know with which words each would be
 * started. Branches are all taken, loops once, functions where they are written; what a command
 * substitution writes is not known and counts as nothing. {@code $(NAME)} is a variable, as sealos
 * and Kubernetes have it.
 */
final class ShellReader {
  private static final int MAX_TEXT = 1 << 20;

  /** A value may name its own variable, and would grow without end. */
  private static final int MAX_EXPANSIONS = 2000;

  private static final int MAX_INSERTED = 64 << 10;
  private static final int MAX_DEPTH = 50;

  private final ShellVariables variables;
  private final Consumer<List<String>> commands;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private final List<String> heredocs = new ArrayList<>();

  private String text;
  private int at;
  private boolean inWord;
  private boolean skipNextWord;
  private int expansions;
  private int inserted;
  private int depth;

  private ShellReader(String text, ShellVariables variables, Consumer<List<String>> commands) {
    this.text = text;
    this.variables = variables;
    this.commands = commands;
  }

  /**
   * Reads a script.
   *
   * @param variables also asked when a later command uses what an earlier one has set
   * @param commands takes each command's words; assignments before it are among them
   */
  static void read(String script, ShellVariables variables, Consumer<List<String>> commands) {
    String text = script.length() > MAX_TEXT ? script.substring(0, MAX_TEXT) : script;
    new ShellReader(text, variables, commands).read();
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        escaped();
      } else if (c == '\'') {
        singleQuoted();
      } else if (c == '"') {
        doubleQuoted();
      } else if (c == '$' || c == '`') {
        unquotedExpansion();
      } else if (c == '#' && !inWord) {
        skipLine();
      } else if (c == '<' || c == '>') {
        redirection();
      } else if (c == '\n' || ";|&()".indexOf(c) >= 0) {
        separator(c);
      } else if (c == ' ' || c == '\t') {
        endWord();
        at++;
      } else {
        append(c);
        at++;
      }
    }
    endCommand();
  }

  private void append(char c) {
    word.append(c);
    inWord = true;
  }

  private void escaped() {
    at++;
    if (at < text.length()) {
      if (text.charAt(at) != '\n') {
        append(text.charAt(at));
      }
      at++;
    }
  }

  private void singleQuoted() {
    int close = text.indexOf('\'', at + 1);
    int end = close < 0 ? text.length() : close;
    word.append(text, at + 1, end);
    inWord = true;
    at = end + 1;
  }

  private void doubleQuoted() {
    inWord = true;
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && "\\\"$`\n".indexOf(text.charAt(at + 1)) >= 0) {
        if (text.charAt(at + 1) != '\n') {
          word.append(text.charAt(at + 1));
        }
        at += 2;
      } else if (c == '$' || c == '`') {
        word.append(expansion());
      } else {
        word.append(c);
        at++;
      }
    }
    at++;
  }

  /** Its value is read on as if it stood there: it may have several words, and quotes. */
  private void unquotedExpansion() {
    if (text.startsWith("$'", at)) {
      at++;
      singleQuoted();
      return;
    }
    int start = at;
    String value = expansion();
    if (at == start + 1 && value.equals("$")) {
      append('$');
      return;
    }
    inserted += value.length();
    boolean roomLeft = ++expansions < MAX_EXPANSIONS && inserted < MAX_INSERTED;
    if (roomLeft && !value.isEmpty()) {
      text = value + text.substring(at);
      at = 0;
    }
  }

  /** What stands at a {@code $} or a backquote, which is passed over. */
  private String expansion() {
    if (text.charAt(at) == '`') {
      int close = text.indexOf('`', at + 1);
      at = close < 0 ? text.length() : close + 1;
      return "";
    }
    at++;
    if (at == text.length()) {
      return "$";
    }
    char c = text.charAt(at);
    if (c == '(') {
      int end = matching('(', ')');
      String inner = text.substring(at + 1, Math.max(at + 1, end - 1));
      at = end;
      return ShellVariables.isName(inner) ? variables.value(inner) : "";
    }
    if (c == '{') {
      int end = matching('{', '}');
      String inner = text.substring(at + 1, Math.max(at + 1, end - 1));
      at = end;
      return parameter(inner);
    }
    int end = at;
    while (end < text.length() && isNameCharacter(text.charAt(end))) {
      end++;
    }
    if (end > at && !Character.isDigit(c)) {
      String name = text.substring(at, end);
      at = end;
      return variables.value(name);
    }
    if (Character.isDigit(c) || "@*#?$!-".indexOf(c) >= 0) {
      at++;
      String value = variables.get(String.valueOf(c));
      return value == null ? "" : value;
    }
    return "$";
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  /** Behind the bracket that closes the one here; quotes within are passed over. */
  private int matching(char open, char close) {
    int depth = 0;
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '\'' || c == '"') {
        int quote = text.indexOf(c, i + 1);
        i = quote < 0 ? i : quote;
      } else if (c == open) {
        depth++;
      } else if (c == close && --depth == 0) {
        return i + 1;
      }
      i++;
    }
    return text.length();
  }

  /**
   * {@code NAME}, {@code NAME:-word}, {@code NAME:=word}, {@code NAME:+word}, {@code NAME-word}.
   */
  private String parameter(String inner) {
    int end = 0;
    while (end < inner.length() && isNameCharacter(inner.charAt(end))) {
      end++;
    }
    String name = inner.substring(0, end);
    String rest = inner.substring(end);
    boolean colon = rest.startsWith(":");
    String operator = colon && rest.length() > 1 ? rest.substring(1, 2) : firstOf(rest);
    String operand = rest.substring(Math.min(rest.length(), colon ? 2 : 1));
    String value = variables.get(name);
    boolean absent = value == null || (colon && value.isEmpty());
    switch (operator) {
      case "-", "=" -> {
        String result = absent ? inline(operand) : value;
        if (operator.equals("=") && absent) {
          variables.set(name, result);
        }
        return result == null ? "" : result;
      }
      case "+" -> {
        return absent ? "" : inline(operand);
      }
      default -> {
        return name.isEmpty() ? "" : variables.value(name);
      }
    }
  }

  private static String firstOf(String text) {
    return text.isEmpty() ? "" : text.substring(0, 1);
  }

  /** A word within an expansion, its quotes removed, on one line. */
  private String inline(String operand) {
    if (++expansions > MAX_EXPANSIONS || depth == MAX_DEPTH) {
      return "";
    }
    List<String> result = new ArrayList<>();
    ShellReader reader =
        new ShellReader("\"" + unquoted(operand) + "\"", variables, result::addAll);
    reader.expansions = expansions;
    reader.depth = depth + 1;
    reader.read();
    expansions = reader.expansions;
    return result.isEmpty() ? "" : result.get(0);
  }

  private static String unquoted(String operand) {
    String text = operand.strip();
    boolean quoted =
        text.length() > 1
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted
        ? operand.substring(operand.indexOf(text) + 1, operand.indexOf(text) + text.length() - 1)
        : operand.replace("\"", "\\\"");
  }

  private void skipLine() {
    int feed = text.indexOf('\n', at);
    at = feed < 0 ? text.length() : feed;
  }

  /** The operator is passed over, and the word behind it. */
  private void redirection() {
    if (word.chars().allMatch(Character::isDigit)) {
      word.setLength(0); // a file descriptor's number
      inWord = false;
    }
    endWord();
    boolean heredoc = text.startsWith("<<", at) && !text.startsWith("<<<", at);
    while (at < text.length() && "<>&|".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (heredoc) {
      if (at < text.length() && text.charAt(at) == '-') {
        at++;
      }
      heredocs.add(heredocWord());
    } else {
      skipNextWord = true;
    }
  }

  private String heredocWord() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    int start = at;
    while (at < text.length() && " \t\n;|&".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return ImageLists.withoutQuotes(text.substring(start, at)).replace("\\", "");
  }

  private void separator(char c) {
    if (c == '&' && at + 1 < text.length() && text.charAt(at + 1) == '>') {
      at++;
      redirection();
      return;
    }
    endCommand();
    at++;
    if (c == '\n') {
      while (!heredocs.isEmpty()) {
        skipHeredoc(heredocs.remove(0));
      }
    }
  }

  private void skipHeredoc(String end) {
    while (at < text.length()) {
      int feed = text.indexOf('\n', at);
      int next = feed < 0 ? text.length() : feed + 1;
      boolean last = text.substring(at, feed < 0 ? next : feed).strip().equals(end);
      at = next;
      if (last) {
        return;
      }
    }
  }

  private void endWord() {
    if (inWord && skipNextWord) {
      skipNextWord = false;
    } else if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }

  private void endCommand() {
    endWord();
    skipNextWord = false;
    if (!words.isEmpty()) {
      commands.accept(List.copyOf(words));
      words.clear();
    }
  }
}
