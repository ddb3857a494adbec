package dev.sealosbuild.dockerfile;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one text from left to right, resolving quotes, escapes and variables on the way. */
final class WordLexer {

  /** What is left as it is. */
  enum Mode {
    /** Nothing: everything is resolved. */
    WORD(WordExpansion.MAX_RESULT),
    /** Quotes, which mean nothing in a document. */
    DOCUMENT(InstructionParser.MAX_TEXT),
    /** Quotes, escapes and variables that are not set: only the words are looked for. */
    SPLIT_ONLY(LineReader.MAX_LINE),
    /** Variables that are not set. */
    UNQUOTE_ONLY(LineReader.MAX_LINE),
    /** Quotes and variables that are not set. */
    UNESCAPE_ONLY(LineReader.MAX_LINE);

    /** Characters that a word may grow to. */
    final int limit;

    Mode(int limit) {
      this.limit = limit;
    }

    boolean keepsQuotes() {
      return this == SPLIT_ONLY || this == UNESCAPE_ONLY;
    }

    boolean keepsUnset() {
      return this == SPLIT_ONLY || this == UNQUOTE_ONLY || this == UNESCAPE_ONLY;
    }
  }

  /** A character that is none: the end of the text. */
  private static final int END = -1;

  /** Characters compared in patterns by one word, at most: a second or so. */
  private static final long MAX_WORK = 1_000_000_000L;

  private final Origin origin;
  private final String text;
  private final char escape;
  private final Dialect dialect;
  private final Mode mode;
  private final Function<String, @Nullable String> variables;
  private WordSplitter splitter = new WordSplitter();
  private int at;
  private int depth;
  private long work;

  WordLexer(
      Origin origin,
      String text,
      char escape,
      Dialect dialect,
      Mode mode,
      Function<String, @Nullable String> variables) {
    this.origin = origin;
    this.text = text;
    this.escape = escape;
    this.dialect = dialect;
    this.mode = mode;
    this.variables = variables;
  }

  /** Everything as one word. */
  String whole() {
    return until(END, END, mode == Mode.SPLIT_ONLY);
  }

  /** Everything as one word, in which escaped characters stay escaped. */
  String pattern() {
    return until(END, END, true);
  }

  /** The words, parted by white space that was not quoted. */
  List<String> words() {
    whole();
    return splitter.words();
  }

  /** Reads to one of two characters, which is taken, or to the end of the text. */
  private String until(int stop, int otherStop, boolean keepEscapes) {
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      int start = at;
      char c = text.charAt(at);
      if (c == stop || c == otherStop) {
        at++;
        return out.toString();
      }
      if (c == '$') {
        String value = dollar();
        append(out, value, start);
        splitter.addSplit(value);
      } else if ((c == '\'' || c == '"') && mode != Mode.DOCUMENT) {
        String quoted = c == '"' ? doubleQuoted(keepEscapes) : singleQuoted();
        append(out, quoted, start);
        splitter.addQuoted(quoted);
      } else if (c == '<' && mode == Mode.SPLIT_ONLY) {
        String opening = angle();
        append(out, opening, start);
        splitter.addQuoted(opening);
      } else if (c == escape) {
        escaped(out, keepEscapes);
      } else {
        at++;
        append(out, c, start);
        splitter.addSplit(c);
      }
    }
    if (stop != END) {
      throw mistake(
          text.length(),
          "the substitution lacks its closing '" + (char) otherStop + "'",
          "close it, or write " + escape + "$ for a dollar sign");
    }
    return out.toString();
  }

  private void escaped(StringBuilder out, boolean keepEscapes) {
    int start = at++;
    boolean last = at == text.length();
    // patterns know the backslash as their own escape; the other one has done its work here
    boolean done = escape == '`' && depth > 0 && !last && "/}".indexOf(text.charAt(at)) >= 0;
    boolean keep = keepEscapes && !done;
    if (keep) {
      append(out, escape, start);
      splitter.addQuoted(escape);
    }
    if (!last) {
      char c = text.charAt(at++);
      append(out, c, start);
      splitter.addQuoted(c);
    }
  }

  private String singleQuoted() {
    int close = text.indexOf('\'', at + 1);
    if (close < 0) {
      throw mistake(at, "a single quote is not closed", "close it, or write " + escape + "'");
    }
    int from = mode.keepsQuotes() ? at : at + 1;
    int to = mode.keepsQuotes() ? close + 1 : close;
    at = close + 1;
    return text.substring(from, to);
  }

  private String doubleQuoted(boolean keepEscapes) {
    int open = at++;
    StringBuilder out = new StringBuilder();
    if (mode.keepsQuotes()) {
      out.append('"');
    }
    while (at < text.length()) {
      int start = at;
      char c = text.charAt(at);
      if (c == '$') {
        append(out, dollar(), start);
        continue;
      }
      at++;
      if (c == '"') {
        return (mode.keepsQuotes() ? out.append('"') : out).toString();
      }
      if (c == escape && at < text.length()) {
        char following = text.charAt(at);
        if (following == '"' || following == '$' || following == escape) {
          at++;
          append(keepEscapes ? out.append(c) : out, following, start);
          continue;
        }
      }
      append(out, c, start);
    }
    throw mistake(open, "a double quote is not closed", "close it, or write " + escape + "\"");
  }

  /** The signs of a heredoc, with the white space that may follow them. */
  private String angle() {
    int start = at++;
    if (at < text.length() && text.charAt(at) == '<') {
      at++;
      while (at < text.length() && " \t\r".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
    return text.substring(start, at);
  }

  private String dollar() {
    int start = at++;
    if (peek() == '{') {
      at++;
      if (++depth > WordExpansion.MAX_DEPTH) {
        throw mistake(
            start,
            "substitutions are nested more than " + WordExpansion.MAX_DEPTH + " deep",
            "use variables for the parts");
      }
      String value = braced(start);
      depth--;
      return value;
    }
    String name = name(dialect == Dialect.BUILDKIT);
    if (name.isEmpty()) {
      return "$";
    }
    String value = variables.apply(name);
    if (value == null) {
      return mode.keepsUnset() ? "$" + name : "";
    }
    return value;
  }

  private String braced(int start) {
    String name = name(true);
    int operator = peek();
    if (operator == END) {
      throw mistake(
          start,
          "the substitution lacks its closing '}'",
          "write " + escape + "$ for a dollar sign");
    }
    if (name.isEmpty()) {
      throw badSubstitution(start);
    }
    at++;
    if (operator == '}') {
      String value = variables.apply(name);
      return value != null ? value : mode.keepsUnset() ? "${" + name + "}" : "";
    }
    boolean colon = operator == ':';
    if (colon) {
      operator = peek();
      at++;
    }
    return switch (operator) {
      case '-', '+', '?' -> conditional(start, name, (char) operator, colon);
      case '#', '%' -> {
        if (colon) {
          throw badSubstitution(start);
        }
        yield trimmed(start, name, (char) operator);
      }
      case '/' -> {
        if (colon) {
          throw badSubstitution(start);
        }
        yield replaced(start, name);
      }
      default -> throw badSubstitution(start);
    };
  }

  private String conditional(int start, String name, char operator, boolean colon) {
    String alternative = nested('}', '}', false);
    String value = variables.apply(name);
    if (value == null && mode.keepsUnset()) {
      return "${" + name + (colon ? ":" : "") + operator + alternative + "}";
    }
    boolean missing = value == null || (colon && value.isEmpty());
    if (operator == '+') {
      return missing ? "" : alternative;
    }
    if (!missing && value != null) {
      return value;
    }
    if (operator == '?') {
      String state = value == null ? "set" : "set to a value that is not empty";
      String why = alternative.isEmpty() ? "it has to be " + state : alternative;
      throw mistake(
          start,
          "the variable " + name + " is " + (value == null ? "not set: " : "empty: ") + why,
          "set it with ARG, ENV or --build-arg");
    }
    return alternative;
  }

  private String trimmed(int start, String name, char operator) {
    boolean longest = peek() == operator;
    if (longest) {
      at++;
    }
    String pattern = nested('}', '}', true);
    String value = variables.apply(name);
    if (value == null) {
      String sign = longest ? "" + operator + operator : "" + operator;
      return mode.keepsUnset() ? "${" + name + sign + pattern + "}" : "";
    }
    charge(start, value, pattern);
    ShellPattern compiled = new ShellPattern(pattern);
    return operator == '#' ? compiled.trimStart(value, longest) : compiled.trimEnd(value, longest);
  }

  private String replaced(int start, String name) {
    boolean all = peek() == '/';
    boolean buildah = dialect == Dialect.BUILDAH;
    boolean atStart = buildah && peek() == '#';
    boolean atEnd = buildah && peek() == '%';
    if (all || atStart || atEnd) {
      at++;
    }
    String pattern = nested('/', buildah ? '}' : '/', true);
    String replacement = text.charAt(at - 1) == '/' ? nested('}', '}', !buildah) : "";
    String value = variables.apply(name);
    if (value == null && mode.keepsUnset()) {
      return "${" + name + "/" + (all ? "/" : "") + pattern + "/" + replacement + "}";
    }
    if (value == null) {
      if (buildah) {
        return "";
      }
      value = "";
    }
    charge(start, value, pattern);
    ShellPattern compiled = new ShellPattern(pattern);
    if (atStart || atEnd) {
      return compiled.replaceAnchored(value, replacement, atStart);
    }
    return pattern.isEmpty() && !buildah
        ? ShellPattern.inserted(value, replacement, all, mode.limit)
        : compiled.replace(value, replacement, all, mode.limit);
  }

  /** A part within braces, which does not count for the words. */
  private String nested(int stop, int otherStop, boolean keepEscapes) {
    WordSplitter outer = splitter;
    splitter = new WordSplitter();
    String part = until(stop, otherStop, keepEscapes);
    splitter = outer;
    return part;
  }

  private void charge(int start, String value, String pattern) {
    work += (long) (value.length() + 1) * (pattern.length() + 1);
    if (work > MAX_WORK) {
      throw mistake(start, "the patterns of this word take too long to match", "use shorter ones");
    }
  }

  /** The name at hand, empty where there is none; special parameters are names of one sign. */
  private String name(boolean special) {
    int start = at;
    int c = peek();
    if (Character.isDigit(c)) {
      do {
        at++;
      } while (special && Character.isDigit(peek()));
    } else if (special && c != END && "@*#?-$!".indexOf(c) >= 0) {
      at++;
    } else {
      while (Character.isLetterOrDigit(c) || c == '_') {
        at += Character.charCount(c);
        c = peek();
      }
    }
    return text.substring(start, at);
  }

  private int peek() {
    return at < text.length() ? text.codePointAt(at) : END;
  }

  private void append(StringBuilder out, char c, int start) {
    checkLength(out, 1, start);
    out.append(c);
  }

  private void append(StringBuilder out, String part, int start) {
    checkLength(out, part.length(), start);
    out.append(part);
  }

  private void checkLength(StringBuilder out, int more, int start) {
    if (out.length() + more > mode.limit) {
      throw mistake(
          start,
          "a word grows beyond " + mode.limit + " characters",
          "look for a variable that is built of itself");
    }
  }

  private InstructionException badSubstitution(int start) {
    int end = Math.min(text.length(), Math.max(at, start + 2));
    return mistake(
        start,
        "bad substitution " + Words.shortened(text.substring(start, end)),
        "${name} may go on with :- - :+ + :? ? # ## % %% / or // and a word");
  }

  private InstructionException mistake(int offset, String problem, String remedy) {
    return origin.mistakeIn(text, offset, problem, remedy);
  }
}
