package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the words of a line that open a heredoc, as BuildKit's parser does: a number or nothing,
 * {@code <<}, a dash or nothing, white space or nothing, and a word without {@code <}.
 */
final class HeredocOpenings {
  private static final int MAX_PER_LINE = 1000;

  private HeredocOpenings() {}

  /**
   * The heredocs that the line opens, in its order, without their content.
   *
   * <p>A line whose quotes do not pair has none: it is the shell's business.
   */
  static List<Heredoc> of(Origin line) {
    List<Heredoc> openings = new ArrayList<>();
    if (!line.original().contains("<<")) {
      return openings;
    }
    for (String word : words(line, line.original(), WordLexer.Mode.SPLIT_ONLY)) {
      Heredoc opening = ofWord(line, word);
      if (opening != null) {
        openings.add(opening);
      }
    }
    if (openings.size() > MAX_PER_LINE) {
      throw line.mistake(
          0, "an instruction opens more than " + MAX_PER_LINE + " heredocs", "use several of them");
    }
    return openings;
  }

  /** The heredoc that the word opens, or null. */
  static @Nullable Heredoc ofWord(Origin line, String word) {
    int at = 0;
    while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
      at++;
    }
    if (!word.startsWith("<<", at) || at > 4) {
      return null;
    }
    int descriptor = at == 0 ? 0 : Integer.parseInt(word.substring(0, at));
    at += 2;
    boolean chomp = word.startsWith("-", at);
    at = Words.skipSpace(word, chomp ? at + 1 : at, word.length());
    String rest = word.substring(at);
    if (rest.isEmpty() || rest.indexOf('<') >= 0) {
      return null;
    }
    List<String> name = words(line, rest, WordLexer.Mode.UNQUOTE_ONLY);
    List<String> withQuotes = words(line, rest, WordLexer.Mode.UNESCAPE_ONLY);
    if (name.size() != 1 || withQuotes.size() != 1) {
      return null;
    }
    boolean expand = quotes(name.get(0)) == quotes(withQuotes.get(0));
    return new Heredoc(name.get(0), descriptor, expand, chomp, "");
  }

  private static List<String> words(Origin line, String text, WordLexer.Mode mode) {
    try {
      return new WordLexer(line, text, '\\', Dialect.BUILDKIT, mode, name -> null).words();
    } catch (InstructionException e) {
      return List.of();
    }
  }

  private static int quotes(String word) {
    int count = 0;
    for (int i = 0; i < word.length(); i++) {
      count += word.charAt(i) == '\'' || word.charAt(i) == '"' ? 1 : 0;
    }
    return count;
  }
}
