package dev.sealosbuild.fuzz;

import dev.sealosbuild.dockerfile.IgnoreFile;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Any text is an ignore file or a mistake that is told; and a walk that stays out of directories
 * where nothing can be taken back in finds what asking for each path finds.
 *
 * <p>The input is the text of the file, then a NUL, then paths, a line each.
 */
public final class IgnoreFileTarget {
  private static final int MAX_PATH = 4096;

  private IgnoreFileTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int nul = text.indexOf('\0');
    IgnoreFile rules;
    try {
      rules = IgnoreFile.parse(new Source("fuzzed", nul < 0 ? text : text.substring(0, nul)));
    } catch (BuildException mistake) {
      Told.check(mistake);
      return;
    }
    List<String> paths = new ArrayList<>(List.of("a", "a/b", "a/b/c", ".x/y"));
    text.substring(nul + 1).lines().limit(20).forEach(paths::add);
    for (String path : paths) {
      String clean = clean(path);
      if (!clean.isEmpty() && clean.length() <= MAX_PATH) {
        walk(rules, clean);
      }
    }
  }

  private static void walk(IgnoreFile rules, String path) {
    boolean ignored = rules.ignores(path);
    IgnoreFile.Verdict verdict = rules.root();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String directory = path.substring(0, slash);
      verdict = rules.verdict(verdict, directory);
      if (verdict.ignored() && !rules.mayReincludeBelow(verdict, directory)) {
        if (!ignored) {
          throw new AssertionError("a walk would not come to " + path + " below " + directory);
        }
        return;
      }
    }
    if (rules.verdict(verdict, path).ignored() != ignored) {
      throw new AssertionError("a walk finds other than " + ignored + " for " + path);
    }
  }

  /** A path as a scan has it: no slash at its ends, no empty element, none that is a dot. */
  private static String clean(String path) {
    List<String> elements = new ArrayList<>();
    for (String element : path.split("/", -1)) {
      if (!element.isEmpty() && !element.equals(".") && !element.equals("..")) {
        elements.add(element);
      }
    }
    return String.join("/", elements);
  }
}
