package dev.sealosbuild.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A terminal.
 *
 * @param columns that a line has
 * @param rows that are seen at once
 * @param color whether it may be coloured
 * @param redraws whether it understands how to move up and to clear; a dumb one does not
 */
public record Screen(int columns, int rows, boolean color, boolean redraws) {
  /**
   * Set by {@code engine/bin/sealos-build} where standard error is a terminal, to what {@code stty
   * size} says: {@code rows columns}; Java cannot ask for it.
   */
  private static final String PROPERTY = "sealosbuild.screen";

  /** The terminal that standard error is; null where it is none. */
  static @Nullable Screen ofStandardError(Map<String, String> environment) {
    String size = System.getProperty(PROPERTY);
    return size == null && !isTerminal(2, false) ? null : of(size == null ? "" : size, environment);
  }

  /**
   * A terminal of some size.
   *
   * @param size {@code rows columns}; anything else counts as 24 rows of 80 columns
   */
  static Screen of(String size, Map<String, String> environment) {
    int space = size.indexOf(' ');
    int rows = space < 0 ? 0 : number(size.substring(0, space));
    int columns = space < 0 ? 0 : number(size.substring(space + 1));
    boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean color = !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(columns < 20 ? 80 : columns, rows < 5 ? 24 : rows, color, !dumb);
  }

  /**
   * Whether a descriptor of this process is a terminal.
   *
   * @param unknown the answer where the system does not tell
   */
  static boolean isTerminal(int descriptor, boolean unknown) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return unknown;
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
