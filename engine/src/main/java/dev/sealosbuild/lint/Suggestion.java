package dev.sealosbuild.lint;

/** Guesses which of the known names someone meant to write. */
public final class Suggestion {
  /** As far as a name may be from what was written: so many characters changed. */
  private static final int FAR = 3;

  private static final int MAX_LENGTH = 64;
  private static final int MAX_NAMES = 1000;

  private Suggestion() {}

  /**
   * The closest of the names, or nothing.
   *
   * @param prefix what stands before a name
   * @return {@code (did you mean NAME?)}, or an empty text
   */
  static String among(Iterable<String> names, String written, String prefix) {
    String closest = null;
    int least = FAR;
    int looked = 0;
    for (String name : names) {
      if (++looked > MAX_NAMES) {
        break;
      }
      boolean near = Math.abs(name.length() - written.length()) < least;
      if (near && written.length() <= MAX_LENGTH) {
        int distance = distance(written, name);
        if (distance > 0 && distance < least) {
          least = distance;
          closest = name;
        }
      }
    }
    return closest == null ? "" : " (did you mean " + prefix + closest + "?)";
  }

  /**
   * How many characters must be put in, taken out or changed to get from one to the other; of the
   * first, no more than a name has are looked at.
   */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= Math.min(a.length(), MAX_LENGTH); i++) {
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
