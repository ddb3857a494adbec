package dev.sealosbuild.dockerfile;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an instruction stands and how it was written.
 *
 * @param source the file
 * @param firstLine of the instruction, counted from 1
 * @param lastLine of the instruction, heredocs included
 * @param original the instruction on one line: white space before it left out, continuation lines
 *     joined, comments between them left out, and nothing else changed; without heredocs. This is
 *     what goes into the history.
 * @param escape the escape character that holds for it
 * @param dialect whose reading holds for it
 * @param comments the comment lines right before it, without their {@code #}
 * @param pieces which part of {@code original} came from where; at least one
 */
public record Origin(
    Source source,
    int firstLine,
    int lastLine,
    String original,
    char escape,
    Dialect dialect,
    List<String> comments,
    List<Piece> pieces) {

  /**
   * A part of {@code original} that comes from one line.
   *
   * @param offset in {@code original}, from 0
   * @param line of the file, from 1
   * @param column of the line, from 1
   */
  public record Piece(int offset, int line, int column) {}

  public Origin {
    comments = List.copyOf(comments);
    pieces = List.copyOf(pieces);
  }

  /** The lines of the instruction, and the column of its keyword. */
  public SourceRange where() {
    return new SourceRange(source.name(), firstLine, lastLine, pieces.get(0).column());
  }

  /** The line and column of a character of {@code original}. */
  public SourceRange where(int offset) {
    Piece found = pieces.get(0);
    for (Piece piece : pieces) {
      if (piece.offset() <= offset) {
        found = piece;
      }
    }
    int column = found.column() + Math.max(0, offset - found.offset());
    return new SourceRange(source.name(), found.line(), found.line(), column);
  }

  /**
   * A mistake at a character of {@code original}.
   *
   * @param problem what was found and what was expected, without a full stop
   * @param remedy what to do; empty when the problem says it all
   */
  public InstructionException mistake(int offset, String problem, String remedy) {
    SourceRange at = where(offset);
    return new InstructionException(
        at.file(), at.firstLine(), at.column(), source.line(at.firstLine()), problem, remedy);
  }

  /** A mistake in a word of the instruction, or in the instruction where it cannot be found. */
  public InstructionException mistakeIn(String word, int offset, String problem, String remedy) {
    int start = word.isEmpty() ? -1 : original.indexOf(word);
    return mistake(start < 0 ? 0 : start + Math.min(offset, word.length()), problem, remedy);
  }

  /** A failure of executing the instruction, told at its place. */
  public InstructionException placed(BuildException failure) {
    InstructionException placed = mistake(0, failure.getMessage(), failure.remedy());
    placed.initCause(failure);
    return placed;
  }

  Origin endingIn(int line) {
    return line == lastLine
        ? this
        : new Origin(source, firstLine, line, original, escape, dialect, comments, pieces);
  }

  /** The part of the instruction that begins at a character of {@code original}. */
  Origin startingAt(int offset) {
    List<Piece> rest = new ArrayList<>();
    SourceRange start = where(offset);
    rest.add(new Piece(0, start.firstLine(), start.column()));
    for (Piece piece : pieces) {
      if (piece.offset() > offset) {
        rest.add(new Piece(piece.offset() - offset, piece.line(), piece.column()));
      }
    }
    return new Origin(
        source,
        start.firstLine(),
        lastLine,
        original.substring(offset),
        escape,
        dialect,
        comments,
        rest);
  }

  /** The place alone. */
  @Override
  public String toString() {
    return where().toString();
  }
}
