package dev.sealosbuild.run;

import java.nio.file.Path;

/**
 * What one call of {@code mount -a} mounts, in this order.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/fstab.5.html">fstab(5)</a>
 */
final class Fstab {
  private final StringBuilder text = new StringBuilder(2048);

  /**
   * Adds a mount.
   *
   * @param type such as {@code tmpfs}; {@code none} for what is bound
   * @param options separated by commas
   */
  Fstab add(String source, Path target, String type, String options) {
    escape(source);
    text.append(' ');
    escape(target.toString());
    text.append(' ').append(type).append(' ').append(options).append(" 0 0\n");
    return this;
  }

  /** The content of such a file. */
  String text() {
    return text.toString();
  }

  /** What would end a field, or begin a comment, stands in octal. */
  private void escape(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c <= ' ' || c == '\\' || c == '#') {
        text.append('\\').append((char) ('0' + (c >> 6)));
        text.append((char) ('0' + (c >> 3 & 7))).append((char) ('0' + (c & 7)));
      } else {
        text.append(c);
      }
    }
  }
}
