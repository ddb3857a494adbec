package dev.sealosbuild.dockerfile;

import org.jspecify.annotations.Nullable;

/** The names of the instructions. */
enum Keyword {
  ADD,
  ARG,
  CMD,
  COPY,
  ENTRYPOINT,
  ENV,
  EXPOSE,
  FROM,
  HEALTHCHECK,
  LABEL,
  MAINTAINER,
  ONBUILD,
  RUN,
  SHELL,
  STOPSIGNAL,
  USER,
  VOLUME,
  WORKDIR;

  private static final Keyword[] ALL = values();

  /** The instruction of this name in any case, or null. */
  static @Nullable Keyword of(String name) {
    for (Keyword keyword : ALL) {
      if (keyword.name().equalsIgnoreCase(name)) {
        return keyword;
      }
    }
    return null;
  }

  /** The name that the text was probably meant to be, or null when none is near. */
  static @Nullable Keyword closest(String text) {
    if (text.length() > 16) {
      return null;
    }
    Keyword closest = null;
    int least = Math.max(1, Math.min(3, text.length() / 2)) + 1;
    for (Keyword keyword : ALL) {
      int distance = distance(text, keyword.name());
      if (distance < least) {
        least = distance;
        closest = keyword;
      }
    }
    return closest;
  }

  /** How many characters have to be put in, left out, changed or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = same(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1;
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && same(a.charAt(i - 1), b.charAt(j - 2))
            && same(a.charAt(i - 2), b.charAt(j - 1))) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }

  private static boolean same(char a, char b) {
    return Character.toUpperCase(a) == b;
  }
}
