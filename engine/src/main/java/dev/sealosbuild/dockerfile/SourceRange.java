package dev.sealosbuild.dockerfile;

/**
 * Where something stands.
 *
 * @param file the name of the source
 * @param firstLine counted from 1
 * @param lastLine the line that ends it, heredocs included
 * @param column of the first character, counted from 1 in characters
 */
public record SourceRange(String file, int firstLine, int lastLine, int column) {

  /** {@code file:line:column}. */
  @Override
  public String toString() {
    return file + ":" + firstLine + ":" + column;
  }
}
