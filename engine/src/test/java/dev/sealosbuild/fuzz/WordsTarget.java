package dev.sealosbuild.fuzz;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.WordExpansion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any text is expanded within the limits or is a mistake that is told, in either dialect. */
public final class WordsTarget {
  private static final List<Instruction> INSTRUCTIONS =
      List.of(
          instruction(""),
          instruction("# escape=`\n"),
          instruction("# syntax=docker/dockerfile:1\n"),
          instruction("# syntax=docker/dockerfile:1\n# escape=`\n"));

  private WordsTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    for (Instruction instruction : INSTRUCTIONS) {
      expand(new WordExpansion(instruction, WordsTarget::value), text);
    }
  }

  private static void expand(WordExpansion words, String text) {
    try {
      limit(words.expand(text), WordExpansion.MAX_RESULT);
    } catch (InstructionException mistake) {
      Told.check(mistake);
    }
    try {
      words.expandToWords(text).forEach(word -> limit(word, WordExpansion.MAX_RESULT));
    } catch (InstructionException mistake) {
      Told.check(mistake);
    }
    try {
      limit(words.expandDocument(text), InstructionParser.MAX_TEXT);
    } catch (InstructionException mistake) {
      Told.check(mistake);
    }
    words.used().forEach(name -> known(name, true));
    words.undefined().forEach(name -> known(name, false));
  }

  private static void limit(String result, int limit) {
    if (result.length() > limit) {
      throw new AssertionError("a result of " + result.length() + " characters");
    }
  }

  private static void known(String name, boolean set) {
    if ((value(name) != null) != set) {
      throw new AssertionError(name + " is said to be " + (set ? "set" : "not set"));
    }
  }

  private static @Nullable String value(String name) {
    return switch (name) {
      case "a" -> "value";
      case "b" -> "two words";
      case "c" -> "";
      case "d" -> "$a ${b} * 'x' \"y\" \\z";
      case "e" -> "x".repeat(30);
      default -> null;
    };
  }

  private static Instruction instruction(String directives) {
    return InstructionParser.parse(new Source("words", directives + "FROM scratch\n"))
        .instructions()
        .get(0);
  }
}
