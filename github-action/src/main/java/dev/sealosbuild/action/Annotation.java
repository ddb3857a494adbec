package dev.sealosbuild.action;

/**
 * A message that is shown at a line of a file.
 *
 * @param level {@code error}, {@code warning} or {@code notice}
 * @param file path from the root of the repository; empty where it is about no file
 * @param line from 1; 0 where none is known
 * @param column from 1; 0 where none is known
 * @param message may have many lines
 */
record Annotation(String level, String file, long line, long column, String message) {

  static Annotation of(String level, String message) {
    return new Annotation(level, "", 0, 0, message);
  }
}
