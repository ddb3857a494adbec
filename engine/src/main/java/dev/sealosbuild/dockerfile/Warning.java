package dev.sealosbuild.dockerfile;

/**
 * Something that is read, but probably not as it was meant.
 *
 * @param rule the name that BuildKit's checks have for it, such as {@code NoEmptyContinuation}
 * @param message one sentence without a full stop
 */
public record Warning(String rule, String message, SourceRange where) {

  /** {@code file:line:column: message (rule)}. */
  @Override
  public String toString() {
    return where + ": " + message + " (" + rule + ")";
  }
}
