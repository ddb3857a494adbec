package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The lines of one file: directives, comments, continuations, heredocs. */
final class LineReader {
  /** As much as buildah reads. */
  static final int MAX_LINE = 2 << 20;

  private static final int MAX_COMMENTS = 1000;

  private final Source source;
  private final String text;
  private final List<Directive> directives;
  private final List<Warning> warnings;
  private final List<String> comments = new ArrayList<>();
  private char escape = '\\';
  private Dialect dialect = Dialect.BUILDAH;
  private boolean directivesOver;

  /** The physical line that was read last: its number, where it starts and where it ends. */
  private int number;

  private int start;
  private int end;
  private int next;

  LineReader(Source source, List<Directive> directives, List<Warning> warnings) {
    this.source = source;
    this.text = source.text();
    this.directives = directives;
    this.warnings = warnings;
    this.next = text.startsWith("\uFEFF") ? 1 : 0;
  }

  char escape() {
    return escape;
  }

  Dialect dialect() {
    return dialect;
  }

  /** Reads with these settings, and directives as comments. */
  LineReader as(Dialect asDialect, char withEscape) {
    dialect = asDialect;
    escape = withEscape;
    directivesOver = true;
    return this;
  }

  /** The next instruction's line, or null at the end of the file. */
  @Nullable Origin next() {
    while (readLine()) {
      int from = Words.skipSpace(text, start, end);
      if (from == end) {
        directivesOver = true;
      } else if (text.charAt(from) == '#') {
        comment(from);
      } else {
        directivesOver = true;
        Origin line = join(from);
        if (!line.original().isBlank()) {
          comments.clear();
          return line;
        }
      }
    }
    return null;
  }

  private boolean readLine() {
    if (next >= text.length()) {
      return false;
    }
    number++;
    start = next;
    int feed = text.indexOf('\n', start);
    end = feed < 0 ? text.length() : feed;
    next = feed < 0 ? end : feed + 1;
    while (end > start && text.charAt(end - 1) == '\r') {
      end--;
    }
    return true;
  }

  private void comment(int from) {
    int words = Words.skipSpace(text, from + 1, end);
    if (!directivesOver) {
      if (directive(words, columnOf(from))) {
        return;
      }
      directivesOver = true;
    }
    String comment = text.substring(words, Words.trimEnd(text, words, end));
    if (comment.isEmpty()) {
      comments.clear();
    } else if (comments.size() < MAX_COMMENTS) {
      comments.add(comment);
    }
  }

  private boolean directive(int from, int column) {
    int nameEnd = from;
    while (nameEnd < end && isDirectiveName(text.charAt(nameEnd))) {
      nameEnd++;
    }
    int equals = Words.skipSpace(text, nameEnd, end);
    if (nameEnd == from || equals == end || text.charAt(equals) != '=') {
      return false;
    }
    int valueStart = Words.skipSpace(text, equals + 1, end);
    String value = text.substring(valueStart, Words.trimEnd(text, valueStart, end));
    String name = text.substring(from, nameEnd).toLowerCase(Locale.ROOT);
    boolean known = name.equals("syntax") || name.equals("escape") || name.equals("check");
    if (!known || value.isEmpty()) {
      return false;
    }
    SourceRange where = new SourceRange(source.name(), number, number, column);
    for (Directive earlier : directives) {
      if (earlier.name().equals(name) && earlier.where().file().equals(source.name())) {
        throw mistake(
            from,
            "the parser directive "
                + name
                + " stands twice, first in line "
                + earlier.where().firstLine(),
            "remove one of them");
      }
    }
    directives.add(new Directive(name, value, where, text.substring(start, end)));
    if (name.equals("escape")) {
      setEscape(value, valueStart);
    } else if (name.equals("syntax")) {
      dialect = Dialect.BUILDKIT;
    }
    return true;
  }

  private void setEscape(String value, int at) {
    if (!value.equals("\\") && !value.equals("`")) {
      throw mistake(
          at,
          "the escape character is to be " + Words.shortened(value) + ", but may only be \\ or `",
          "write # escape=\\ or # escape=`");
    }
    escape = value.charAt(0);
  }

  private static boolean isDirectiveName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** The instruction that begins in the line at hand, with the lines that continue it. */
  private Origin join(int from) {
    StringBuilder line = new StringBuilder(end - from);
    List<Origin.Piece> pieces = new ArrayList<>();
    int firstLine = number;
    int emptyLine = 0;
    int partEnd = append(line, pieces, from);
    while (partEnd < end && readLine()) {
      int content = Words.skipSpace(text, start, end);
      if (content == end) {
        emptyLine = number;
        partEnd = -1;
      } else if (text.charAt(content) == '#') {
        partEnd = -1;
      } else {
        partEnd = append(line, pieces, start);
      }
    }
    if (emptyLine > 0) {
      warnings.add(
          new Warning(
              "NoEmptyContinuation",
              "an empty line stands within an instruction that goes on after it",
              new SourceRange(source.name(), emptyLine, emptyLine, 1)));
    }
    return new Origin(
        source, firstLine, number, line.toString(), escape, dialect, comments, pieces);
  }

  /** Appends the line at hand without its continuation character; answers where the text ends. */
  private int append(StringBuilder line, List<Origin.Piece> pieces, int from) {
    int partEnd = continuation(from);
    if (line.length() + (partEnd - from) > MAX_LINE) {
      throw mistake(
          from,
          "an instruction is longer than " + MAX_LINE + " characters",
          "keep long text in a file and COPY it");
    }
    pieces.add(new Origin.Piece(line.length(), number, columnOf(from)));
    line.append(text, from, partEnd);
    return partEnd;
  }

  /** Where the continuation character stands, or the end of the line where there is none. */
  private int continuation(int from) {
    int last = end;
    while (last > from && (text.charAt(last - 1) == ' ' || text.charAt(last - 1) == '\t')) {
      last--;
    }
    if (last == from || text.charAt(last - 1) != escape) {
      return end;
    }
    boolean escaped = last - 2 >= from && text.charAt(last - 2) == escape;
    return escaped && dialect == Dialect.BUILDKIT ? end : last - 1;
  }

  /**
   * Reads the documents that follow the line at hand.
   *
   * @return the same with their content
   */
  List<Heredoc> readHeredocs(Origin line, List<Heredoc> openings) {
    List<Heredoc> documents = new ArrayList<>(openings.size());
    for (Heredoc opening : openings) {
      documents.add(
          new Heredoc(
              opening.name(),
              opening.fileDescriptor(),
              opening.expand(),
              opening.chomp(),
              readDocument(line, opening)));
    }
    return documents;
  }

  private String readDocument(Origin line, Heredoc opening) {
    StringBuilder content = new StringBuilder();
    while (readLine()) {
      int from = start;
      while (opening.chomp() && from < end && text.charAt(from) == '\t') {
        from++;
      }
      String name = opening.name();
      if (end - from == name.length() && text.startsWith(name, from)) {
        return content.toString();
      }
      if (dialect == Dialect.BUILDKIT) {
        content.append(text, start, next);
      } else {
        content.append(text, start, end).append('\n');
      }
    }
    throw line.mistake(
        Math.max(0, line.original().indexOf("<<")),
        "the heredoc " + opening.name() + " has no end",
        "write a line with nothing but " + opening.name() + " after it");
  }

  /** The number of the line that was read last. */
  int number() {
    return number;
  }

  private int columnOf(int position) {
    return position - start + 1;
  }

  private InstructionException mistake(int position, String problem, String remedy) {
    return new InstructionException(
        source.name(), number, columnOf(position), source.line(number), problem, remedy);
  }
}
