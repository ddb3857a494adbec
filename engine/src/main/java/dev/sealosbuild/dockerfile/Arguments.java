package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The line of one instruction, split into keyword, flags and arguments. */
final class Arguments {
  private final Origin line;
  private final String keyword;
  private final List<Word> flags = new ArrayList<>();
  private final int from;
  private final int end;

  Arguments(Origin line) {
    this.line = line;
    String text = line.original();
    this.end = Words.trimEnd(text, 0, text.length());
    this.keyword = Words.first(text.substring(0, end));
    this.from = Words.flags(text, keyword.length(), end, line.escape(), flags);
  }

  Origin line() {
    return line;
  }

  /** The keyword as it was written. */
  String keyword() {
    return keyword;
  }

  List<Word> flags() {
    return flags;
  }

  boolean isEmpty() {
    return from >= end;
  }

  /** Where the arguments begin in the line. */
  int from() {
    return from;
  }

  /** Where they end, white space left out. */
  int end() {
    return end;
  }

  /** The arguments as they were written. */
  String text() {
    return isEmpty() ? "" : line.original().substring(from, end);
  }

  /** The arguments, parted by white space. */
  List<Word> words() {
    return Words.separated(line.original(), from, end);
  }

  /** The arguments, parted by white space that is not quoted. */
  List<Word> quotedWords() {
    return Words.quoted(line.original(), from, end, line.escape());
  }

  InstructionException mistake(int offset, String problem, String remedy) {
    return line.mistake(offset, problem, remedy);
  }

  /** A mistake in the instruction as a whole. */
  InstructionException mistake(String problem, String remedy) {
    return mistake(0, problem, remedy);
  }
}
