package dev.sealosbuild.fuzz;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.glob.Glob;
import java.nio.charset.StandardCharsets;

/**
 * Any text is a pattern or a mistake that is told; and where a path matches, the pattern's prefix
 * leads to it and so does every directory above it.
 *
 * <p>The input is the pattern, then a line feed, then the path.
 */
public final class GlobTarget {
  private static final int MAX_PATH = 4096;

  private GlobTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int feed = Math.max(0, text.indexOf('\n'));
    String pattern = text.substring(0, feed);
    String path = text.substring(feed).strip();
    if (path.length() > MAX_PATH || path.startsWith("/") || path.endsWith("/")) {
      return;
    }
    try {
      check(Glob.ofPath(pattern), path);
      check(Glob.ofIgnoreRule(pattern), path);
    } catch (BuildException mistake) {
      Told.check(mistake);
    }
  }

  private static void check(Glob glob, String path) {
    if (glob.isLiteral() && !glob.matches(glob.literalPrefix())) {
      throw new AssertionError(glob + " does not match " + glob.literalPrefix());
    }
    if (!glob.matches(path)) {
      return;
    }
    if (!path.startsWith(glob.literalPrefix())) {
      throw new AssertionError(glob + " matches " + path + " without its prefix");
    }
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (!glob.mayMatchBelow(path.substring(0, slash))) {
        throw new AssertionError(glob + " matches " + path + ", but nothing below " + slash);
      }
    }
  }
}
