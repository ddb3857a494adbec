package dev.sealosbuild.glob;

import dev.sealosbuild.error.BuildException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over slash-separated paths.
 *
 * <ul>
 *   <li>{@code *} any number of characters but {@code /}
 *   <li>{@code ?} one character but {@code /}
 *   <li>{@code [a-z]}, {@code [^a-z]} one character of a class, or not of it
 *   <li>{@code \c} the character {@code c} itself
 *   <li>{@code **} any number of whole path elements, none included; at the end of the pattern
 *       everything below
 * </ul>
 *
 * The rules are those of Go's {@code path/filepath.Match} with {@code **} added. Matching simulates
 * all ways at once, so its cost is at most the length of the pattern times the length of the path.
 */
public final class Glob {
  /** More than any path has; a longer pattern is an error. */
  public static final int MAX_LENGTH = 4096;

  private final String pattern;
  private final GlobToken[] tokens;
  private final boolean literal;
  private final String prefix;
  private final String suffix;

  private Glob(String pattern, GlobToken[] tokens) {
    this.pattern = pattern;
    this.tokens = tokens;
    this.prefix = literals(0);
    this.suffix = trailingLiterals();
    this.literal = prefix.codePointCount(0, prefix.length()) == tokens.length;
  }

  /**
   * A pattern as COPY and ADD understand it: {@code **} has its meaning only as a whole path
   * element, elsewhere it is like {@code *}.
   *
   * @throws BuildException when a class is not closed or empty, the pattern ends in a backslash, or
   *     is longer than {@link #MAX_LENGTH}
   */
  public static Glob ofPath(String pattern) {
    return new Glob(pattern, new GlobParser(pattern, false).parse());
  }

  /**
   * A pattern as a line of an ignore file has it: {@code **} crosses path elements wherever it
   * stands, so {@code **foo} and {@code foo**} match by suffix and prefix, as
   * github.com/moby/patternmatcher has it.
   *
   * @throws BuildException as {@link #ofPath}
   */
  public static Glob ofIgnoreRule(String pattern) {
    return new Glob(pattern, new GlobParser(pattern, true).parse());
  }

  /** Whether the text has a character that is special in a pattern. */
  public static boolean hasWildcard(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '[' || c == '\\') {
        return true;
      }
    }
    return false;
  }

  /** Whether exactly one path matches: {@link #literalPrefix()}. */
  public boolean isLiteral() {
    return literal;
  }

  /** What every path that matches begins with, escapes resolved; may be empty. */
  public String literalPrefix() {
    return prefix;
  }

  /** Whether the whole path matches; paths have no leading slash and no {@code .} elements. */
  public boolean matches(String path) {
    if (!path.startsWith(prefix) || !path.endsWith(suffix)) {
      return false;
    }
    if (literal) {
      return path.length() == prefix.length();
    }
    boolean[] states = run(path);
    return states != null && states[tokens.length];
  }

  /** Whether some path below this directory could match, so that a walk has to go there. */
  public boolean mayMatchBelow(String directory) {
    String below = directory.isEmpty() ? "" : directory + "/";
    int common = Math.min(below.length(), prefix.length());
    if (!below.regionMatches(0, prefix, 0, common)) {
      return false;
    }
    boolean[] states = run(below);
    if (states == null) {
      return false;
    }
    // the state behind the last token takes no further character
    for (int i = 0; i < tokens.length; i++) {
      if (states[i]) {
        return true;
      }
    }
    return false;
  }

  /** The pattern as it was given. */
  @Override
  public String toString() {
    return pattern;
  }

  /** The states reached after the text, or null where none is left. */
  private boolean @Nullable [] run(String text) {
    boolean[] now = new boolean[tokens.length + 1];
    boolean[] next = new boolean[tokens.length + 1];
    enter(now, 0);
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      Arrays.fill(next, false);
      boolean alive = false;
      for (int i = 0; i < tokens.length; i++) {
        if (now[i]) {
          alive |= step(next, i, c);
        }
      }
      if (!alive) {
        return null;
      }
      boolean[] swap = now;
      now = next;
      next = swap;
    }
    return now;
  }

  private boolean step(boolean[] next, int i, int c) {
    GlobToken token = tokens[i];
    switch (token.kind()) {
      case LITERAL, ANY, CLASS -> {
        if (!token.accepts(c)) {
          return false;
        }
        enter(next, i + 1);
      }
      case STAR -> {
        if (c == '/') {
          return false;
        }
        enter(next, i);
      }
      case EVERYTHING -> enter(next, i);
      case ELEMENTS -> {
        // stays inside the elements without having ended one; only a slash leads on
        next[i] = true;
        if (c == '/') {
          enter(next, i + 1);
        }
      }
    }
    return true;
  }

  /** Marks the state, and those that are reached from it without a character. */
  private void enter(boolean[] states, int from) {
    int i = from;
    while (true) {
      states[i] = true;
      if (i == tokens.length || !tokens[i].kind().mayBeEmpty()) {
        return;
      }
      i++;
    }
  }

  private String literals(int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < tokens.length && tokens[i].kind() == GlobToken.Kind.LITERAL; i++) {
      text.appendCodePoint(tokens[i].literal());
    }
    return text.toString();
  }

  private String trailingLiterals() {
    int from = tokens.length;
    while (from > 0 && tokens[from - 1].kind() == GlobToken.Kind.LITERAL) {
      from--;
    }
    return literals(from);
  }
}
