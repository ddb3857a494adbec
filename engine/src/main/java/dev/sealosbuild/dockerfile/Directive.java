package dev.sealosbuild.dockerfile;

/**
 * A parser directive: {@code # name=value} at the top of a file.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}, in lower case
 * @param value as written, without white space around it
 * @param where its line
 * @param line the text of its line
 */
public record Directive(String name, String value, SourceRange where, String line) {

  /**
   * A mistake in the value.
   *
   * @param offset of the character of the value that is pointed at
   * @param problem what was found and what was expected, without a full stop
   * @param remedy what to do
   */
  public InstructionException mistake(int offset, String problem, String remedy) {
    int from = Math.max(0, line.indexOf(value, line.indexOf('=') + 1));
    return new InstructionException(
        where.file(), where.firstLine(), from + offset + 1, line, problem, remedy);
  }
}
