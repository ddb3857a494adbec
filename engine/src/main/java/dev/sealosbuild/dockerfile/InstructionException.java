package dev.sealosbuild.dockerfile;

import dev.sealosbuild.error.BuildException;

/**
 * A mistake in an instruction file.
 *
 * <p>The message is one line, {@code file:line:column: problem}; {@link #excerpt()} shows the line
 * and points at the column.
 */
public final class InstructionException extends BuildException {
  private static final long serialVersionUID = 1;

  /** How much of a line is shown on either side of the mistake, in characters. */
  private static final int SHOWN = 80;

  private final String file;
  private final int line;
  private final int column;
  private final String lineText;

  InstructionException(
      String file, int line, int column, String lineText, String problem, String remedy) {
    super(file + ":" + line + ":" + column + ": " + problem, remedy);
    this.file = file;
    this.line = line;
    this.column = column;
    this.lineText = lineText;
  }

  /** The name of the file. */
  public String file() {
    return file;
  }

  /** The line, counted from 1. */
  public int line() {
    return line;
  }

  /** The column, counted from 1 in characters. */
  public int column() {
    return column;
  }

  /** The text of the line, as it stands in the file. */
  public String lineText() {
    return lineText;
  }

  /**
   * The message, the line with a caret under the column, and the remedy, each on a line of its own.
   * A long line is cut to what is near the column.
   */
  public String excerpt() {
    int at = Math.min(Math.max(column - 1, 0), lineText.length());
    int from = Math.max(0, at - SHOWN);
    int to = Math.min(lineText.length(), at + SHOWN);
    String label = String.valueOf(line);
    StringBuilder text = new StringBuilder(getMessage()).append('\n');
    text.append("  ").append(label).append(" | ");
    text.append(from > 0 ? "…" : "").append(lineText, from, to);
    text.append(to < lineText.length() ? "…" : "").append('\n');
    text.append("  ").append(" ".repeat(label.length())).append(" | ").append(from > 0 ? " " : "");
    for (int i = from; i < at; i++) {
      // a tab stays one, so that the caret stands where the terminal puts the character
      text.append(lineText.charAt(i) == '\t' ? '\t' : ' ');
    }
    text.append('^');
    if (!remedy().isEmpty()) {
      text.append('\n').append(remedy());
    }
    return text.toString();
  }
}
