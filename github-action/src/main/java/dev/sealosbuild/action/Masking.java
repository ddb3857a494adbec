package dev.sealosbuild.action;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes secrets out of what is shown. */
final class Masking {
  private static final String MASK = "***";

  /** Less than this stands elsewhere by chance; the runner masks no less either. */
  private static final int SHORTEST = 3;

  private final List<String> secrets = new ArrayList<>();

  /** Hides a secret, and each of its lines: the log is shown by lines. */
  void hide(String secret) {
    for (String line : secret.split("\\R", -1)) {
      String stripped = line.strip();
      if (stripped.length() >= SHORTEST && !secrets.contains(stripped)) {
        secrets.add(stripped);
      }
    }
    // One that contains another goes first, or its rest would stay readable.
    secrets.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** The lines to hide. */
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  String mask(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }
}
