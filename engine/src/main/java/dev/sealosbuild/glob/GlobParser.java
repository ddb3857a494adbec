package dev.sealosbuild.glob;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.glob.GlobToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of a pattern. */
final class GlobParser {
  private final String pattern;
  private final boolean ignoreRule;
  private final List<GlobToken> tokens = new ArrayList<>();
  private int at;

  GlobParser(String pattern, boolean ignoreRule) {
    this.pattern = pattern;
    this.ignoreRule = ignoreRule;
  }

  GlobToken[] parse() {
    if (pattern.length() > Glob.MAX_LENGTH) {
      throw new BuildException(
          "a pattern is " + pattern.length() + " characters long",
          "patterns may have up to " + Glob.MAX_LENGTH + " characters");
    }
    while (at < pattern.length()) {
      switch (pattern.charAt(at)) {
        case '*' -> star();
        case '?' -> {
          at++;
          tokens.add(GlobToken.of(Kind.ANY));
        }
        case '[' -> characterClass();
        default -> tokens.add(GlobToken.literal(character()));
      }
    }
    return tokens.toArray(GlobToken[]::new);
  }

  private void star() {
    int start = at;
    at++;
    boolean twice = at < pattern.length() && pattern.charAt(at) == '*';
    if (!twice) {
      tokens.add(GlobToken.of(Kind.STAR));
      return;
    }
    at++;
    boolean opensElement = start == 0 || pattern.charAt(start - 1) == '/';
    boolean closesElement = at == pattern.length() || pattern.charAt(at) == '/';
    if (!ignoreRule && !(opensElement && closesElement)) {
      tokens.add(GlobToken.of(Kind.STAR));
      return;
    }
    boolean slash = at < pattern.length() && pattern.charAt(at) == '/';
    if (slash) {
      at++;
    }
    if (at == pattern.length() || (start == 0 && !slash && restIsLiteral())) {
      tokens.add(GlobToken.of(Kind.EVERYTHING));
    } else {
      tokens.add(GlobToken.of(Kind.ELEMENTS));
    }
  }

  /** A rule such as {@code **.log} means the end of the path, of whatever element. */
  private boolean restIsLiteral() {
    return !Glob.hasWildcard(pattern.substring(at));
  }

  private void characterClass() {
    int start = at;
    at++;
    boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
    if (negated) {
      at++;
    }
    List<Integer> ranges = new ArrayList<>();
    while (at < pattern.length() && (pattern.charAt(at) != ']' || ranges.isEmpty())) {
      int low = bound(start);
      int high = low;
      if (at < pattern.length() && pattern.charAt(at) == '-') {
        at++;
        high = bound(start);
      }
      if (high < low) {
        throw wrong("has a class whose range runs backwards", start);
      }
      ranges.add(low);
      ranges.add(high);
    }
    if (at == pattern.length()) {
      throw wrong("has a class that is not closed", start);
    }
    at++;
    int[] bounds = new int[ranges.size()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = ranges.get(i);
    }
    tokens.add(GlobToken.characterClass(bounds, negated));
  }

  private int bound(int start) {
    if (at == pattern.length()) {
      throw wrong("has a class that is not closed", start);
    }
    char c = pattern.charAt(at);
    if (c == '-' || c == ']') {
      throw wrong("has a class with a bare '" + c + "'", start);
    }
    return character();
  }

  private int character() {
    if (pattern.charAt(at) == '\\') {
      at++;
      if (at == pattern.length()) {
        throw wrong("ends in a backslash", at - 1);
      }
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private BuildException wrong(String what, int where) {
    return new BuildException(
        "the pattern \"" + pattern + "\" " + what + " at character " + (where + 1),
        "write a backslash before a character that is meant as itself");
  }
}
