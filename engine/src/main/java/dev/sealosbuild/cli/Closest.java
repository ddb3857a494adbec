package dev.sealosbuild.cli;

import dev.sealosbuild.lint.Suggestion;
import java.util.List;

/** Guesses what someone meant to type. */
final class Closest {
  private Closest() {}

  /** Asks whether the closest known name was meant; the other advice where none is close. */
  static String hint(String typed, List<String> known, String otherwise) {
    String closest = "";
    // A longer name may have more mistakes in it.
    int least = typed.length() / 3 + 1;
    for (String name : known) {
      int distance = Suggestion.distance(typed, name);
      if (distance < least || (distance == least && closest.isEmpty())) {
        least = distance;
        closest = name;
      }
    }
    return closest.isEmpty() ? otherwise : "did you mean " + closest + "? " + otherwise;
  }
}
