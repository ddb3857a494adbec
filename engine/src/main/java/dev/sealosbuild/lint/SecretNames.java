package dev.sealosbuild.lint;

import java.util.Locale;
import java.util.Set;

/** Tells names that promise a secret, such as {@code GITHUB_TOKEN}, from others. */
public final class SecretNames {
  private static final Set<String> SECRET =
      Set.of(
          "apikey",
          "auth",
          "credential",
          "credentials",
          "key",
          "password",
          "pword",
          "passwd",
          "secret",
          "token");

  /** What makes a name harmless: {@code PUBLIC_KEY}, {@code PASSWORD_FILE}. */
  private static final Set<String> HARMLESS = Set.of("public", "file", "version");

  private SecretNames() {}

  /** Whether a word of the name, its parts between underscores, is one for a secret. */
  public static boolean promisesSecret(String name) {
    boolean secret = false;
    String lower = name.toLowerCase(Locale.ROOT);
    int at = 0;
    while (at <= lower.length()) {
      int underscore = lower.indexOf('_', at);
      int end = underscore < 0 ? lower.length() : underscore;
      String word = lower.substring(at, end);
      if (HARMLESS.contains(word)) {
        return false;
      }
      secret |= SECRET.contains(word);
      at = end + 1;
    }
    return secret;
  }
}
