package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a {@code .sealignore}: which images are left out. One name a line, as it is written
 * in the context or in any of its longer and shorter forms, with or without the digest; in a name
 * with {@code *} that stands for any characters, slashes and colons among them. {@code !} before a
 * name takes back in what an earlier line left out; the last line that matches decides. Lines that
 * begin with {@code #} are comments.
 */
final class SealIgnore {
  static final String FILE = ".sealignore";
  static final SealIgnore NONE = new SealIgnore(List.of());

  private static final int MAX_TEXT = 1 << 20;
  private static final int MAX_RULES = 10_000;

  /**
   * @param line counted from 1
   * @param pattern without the exclamation mark
   */
  record Rule(int line, String pattern, boolean reincludes) {}

  private final List<Rule> rules;

  private SealIgnore(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  static SealIgnore of(SearchedFiles files) {
    return files.isFile(FILE) ? parse(SearchedFiles.text(files.bytes(FILE, MAX_TEXT))) : NONE;
  }

  static SealIgnore parse(String text) {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      boolean reincludes = line.startsWith("!");
      String pattern = ImageLists.withoutQuotes(reincludes ? line.substring(1).strip() : line);
      if (pattern.isEmpty() || rules.size() == MAX_RULES) {
        throw new BuildException(
            FILE
                + ":"
                + number
                + ": "
                + (pattern.isEmpty() ? "\"!\" has no name" : "too many lines"),
            "name the images, up to " + MAX_RULES + " lines of them");
      }
      rules.add(new Rule(number, pattern, reincludes));
    }
    return new SealIgnore(rules);
  }

  /** The rule that leaves the image out; null where none does. */
  @Nullable Rule ruleFor(ImageReference reference, Set<String> written) {
    if (rules.isEmpty()) {
      return null;
    }
    Set<String> names = new LinkedHashSet<>(written);
    names.add(reference.toString());
    names.add(reference.familiarName());
    if (reference.tag() != null && reference.digest() != null) {
      names.add(reference.withTag(reference.tag()).toString());
      names.add(reference.withTag(reference.tag()).familiarName());
      names.add(reference.withDigest(reference.digest()).toString());
    }
    for (int i = rules.size() - 1; i >= 0; i--) {
      Rule rule = rules.get(i);
      if (names.stream().anyMatch(name -> matches(rule.pattern(), name))) {
        return rule.reincludes() ? null : rule;
      }
    }
    return null;
  }

  /** Whether the whole name matches; takes no more than the product of both lengths. */
  static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int mark = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
