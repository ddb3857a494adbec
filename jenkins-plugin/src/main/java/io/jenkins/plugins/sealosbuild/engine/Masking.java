package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Hides secrets in lines of text, also as registries are sent them. */
public final class Masking {
  private static final String MASK = "****";

  /** A shorter line of a file is too likely to stand elsewhere by chance. */
  private static final int SHORTEST_LINE = 8;

  /** What is shorter of a secret would mask half of the log, and tells nearly nothing. */
  private static final int SHORTEST_LINE_OF_SECRET = 3;

  private final Set<String> secrets = new LinkedHashSet<>();
  private List<String> longestFirst = List.of();

  /** Hides a password, a passphrase or a token, and each line of three or more characters of it. */
  public void hide(String secret) {
    String stripped = secret.strip();
    if (stripped.isEmpty()) {
      return;
    }
    add(stripped);
    hideLines(secret, SHORTEST_LINE_OF_SECRET);
  }

  /** Hides a user's password, also as HTTP's basic authentication has it. */
  public void hide(String username, String password) {
    hide(password);
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    add(Base64.getEncoder().encodeToString(pair));
  }

  /** Hides the lines of a file that are long enough to be known again. */
  public void hideLines(String text) {
    hideLines(text, SHORTEST_LINE);
  }

  private void hideLines(String text, int shortest) {
    for (String line : text.split("\\R", -1)) {
      if (line.strip().length() >= shortest) {
        add(line.strip());
      }
    }
  }

  /** The text without the secrets. */
  public String mask(String text) {
    String masked = text;
    for (String secret : longestFirst) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }

  /** As it stands between the quotes of a text in JSON, which the engine's events are. */
  private static String inJson(String secret) {
    String quoted = new String(Json.write(secret), StandardCharsets.UTF_8);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void add(String secret) {
    secrets.add(secret);
    secrets.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
    secrets.add(inJson(secret));
    secrets.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    List<String> sorted = new ArrayList<>(secrets);
    // One that contains another goes first, or its rest would stay readable.
    sorted.sort(Comparator.comparingInt(String::length).reversed());
    longestFirst = sorted;
  }
}
