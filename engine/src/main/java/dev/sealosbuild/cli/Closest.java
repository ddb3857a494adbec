package dev.sealosbuild.cli;

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
      int distance = distance(typed, name);
      if (distance < least || (distance == least && closest.isEmpty())) {
        least = distance;
        closest = name;
      }
    }
    return closest.isEmpty() ? otherwise : "did you mean " + closest + "? " + otherwise;
  }

  /** How many characters must be put in, taken out or changed to get from one to the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= Math.min(a.length(), 64); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
