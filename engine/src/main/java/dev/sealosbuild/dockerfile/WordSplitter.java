package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Gathers the words of a text that is read, parted by white space that was not quoted. */
final class WordSplitter {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();

  /** Takes text in which white space ends a word. */
  void addSplit(String part) {
    for (int i = 0; i < part.length(); i++) {
      addSplit(part.charAt(i));
    }
  }

  void addSplit(char c) {
    if (Words.isSpace(c)) {
      endWord();
    } else {
      word.append(c);
    }
  }

  /** Takes text that was quoted. */
  void addQuoted(String part) {
    word.append(part);
  }

  void addQuoted(char c) {
    word.append(c);
  }

  /** The words, the one at hand included; an empty word is none. */
  List<String> words() {
    endWord();
    return words;
  }

  private void endWord() {
    if (word.length() > 0) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
