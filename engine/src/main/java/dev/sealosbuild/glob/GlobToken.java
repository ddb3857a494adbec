package dev.sealosbuild.glob;

/** One part of a pattern. */
final class GlobToken {

  enum Kind {
    /** One given character. */
    LITERAL,
    /** One character but a slash. */
    ANY,
    /** One character of a class. */
    CLASS,
    /** Any characters but slashes. */
    STAR,
    /** Whole path elements, each with its slash. */
    ELEMENTS,
    /** Any characters. */
    EVERYTHING;

    boolean mayBeEmpty() {
      return this == STAR || this == ELEMENTS || this == EVERYTHING;
    }
  }

  private static final int[] NONE = {};

  private final Kind kind;
  private final int literal;
  private final int[] ranges;
  private final boolean negated;

  private GlobToken(Kind kind, int literal, int[] ranges, boolean negated) {
    this.kind = kind;
    this.literal = literal;
    this.ranges = ranges;
    this.negated = negated;
  }

  static GlobToken of(Kind kind) {
    return new GlobToken(kind, 0, NONE, false);
  }

  static GlobToken literal(int codePoint) {
    return new GlobToken(Kind.LITERAL, codePoint, NONE, false);
  }

  /**
   * A class of characters.
   *
   * @param ranges low and high code point in turn
   * @param negated whether it means every other character
   */
  static GlobToken characterClass(int[] ranges, boolean negated) {
    return new GlobToken(Kind.CLASS, 0, ranges, negated);
  }

  Kind kind() {
    return kind;
  }

  /** The code point of a {@link Kind#LITERAL}. */
  int literal() {
    return literal;
  }

  /** Whether this token, which stands for one character, stands for this one. */
  boolean accepts(int c) {
    return switch (kind) {
      case LITERAL -> c == literal;
      case ANY -> c != '/';
      case CLASS -> inRanges(c) != negated;
      case STAR, ELEMENTS, EVERYTHING -> false;
    };
  }

  private boolean inRanges(int c) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= c && c <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
