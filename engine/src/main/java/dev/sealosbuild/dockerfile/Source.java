package dev.sealosbuild.dockerfile;

/**
 * The text of an instruction file.
 *
 * @param name for messages, such as {@code Kubefile} or {@code <stdin>}
 * @param text the whole text, decoded from UTF-8; a byte order mark may lead it
 */
public record Source(String name, String text) {

  /** The text of a line without its end, empty when there is no such line; lines count from 1. */
  String line(int number) {
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    for (int line = 1; line < number; line++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return "";
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    if (end < 0) {
      end = text.length();
    }
    while (end > start && text.charAt(end - 1) == '\r') {
      end--;
    }
    return text.substring(start, end);
  }

  /** The name alone: the text may be long, and hold what is nobody's business. */
  @Override
  public String toString() {
    return name;
  }
}
