package dev.sealosbuild.dockerfile;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.glob.Glob;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a {@code .dockerignore} or {@code .containerignore}: which files of a context are
 * left out.
 *
 * <p>One pattern a line, relative to the context, as {@link Glob#ofIgnoreRule} has it. Lines that
 * begin with {@code #} are comments; white space around a pattern, slashes at its ends, and {@code
 * .} and {@code ..} within it are cleaned away. A pattern also matches what is below a directory
 * that it matches. {@code !} before a pattern takes back in what earlier ones left out; the last
 * pattern that matches decides. Spec source: github.com/moby/patternmatcher, {@code
 * MatchesOrParentMatches}, and its {@code ignorefile}.
 *
 * <p>A walk asks {@link #verdict} for each entry with the verdict on its directory, and goes into a
 * directory that is ignored only where {@link #mayReincludeBelow} says so.
 */
public final class IgnoreFile {
  /** Patterns of one file. */
  public static final int MAX_RULES = 10_000;

  /** The length of one file, in characters. */
  public static final int MAX_TEXT = 1 << 20;

  /** Rules that leave nothing out. */
  public static final IgnoreFile NONE = new IgnoreFile(List.of());

  /** Longer than a name may be, of a character that no name has: only {@code *} matches it. */
  private static final String NO_NAME = "\0".repeat(256);

  /**
   * @param pattern cleaned, without a leading slash
   */
  private record Rule(Glob glob, boolean reincludes, String pattern) {
    /** Whether what the pattern matches may be below a directory, going by its first letters. */
    boolean leadsInto(String directory) {
      return (pattern + "/").startsWith(directory);
    }
  }

  /**
   * What the rules say about a path.
   *
   * @param ignored whether it is left out
   * @param rule the last rule that matches it or a directory above it, counted from 0; -1 for none
   */
  public record Verdict(boolean ignored, int rule) {}

  private final Rule[] rules;
  private final Verdict[] verdicts;

  private IgnoreFile(List<Rule> rules) {
    this.rules = rules.toArray(Rule[]::new);
    this.verdicts = new Verdict[rules.size() + 1];
    for (int i = 0; i < verdicts.length; i++) {
      verdicts[i] = new Verdict(i > 0 && !rules.get(i - 1).reincludes(), i - 1);
    }
  }

  /**
   * Reads the text of an ignore file.
   *
   * @throws InstructionException for a pattern that is none
   * @throws BuildException when the file is too long
   */
  public static IgnoreFile parse(Source source) {
    String text = source.text();
    if (text.length() > MAX_TEXT) {
      throw new BuildException(
          source.name() + " is longer than " + MAX_TEXT + " characters",
          "check that it is an ignore file");
    }
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed;
      number++;
      if (text.charAt(start) != '#') {
        addRule(source, number, text.substring(start, end), rules);
      }
      start = end + 1;
    }
    return rules.isEmpty() ? NONE : new IgnoreFile(rules);
  }

  private static void addRule(Source source, int number, String line, List<Rule> rules) {
    int from = Words.skipSpace(line, 0, line.length());
    int end = Words.trimEnd(line, from, line.length());
    if (from == end) {
      return;
    }
    boolean reincludes = line.charAt(from) == '!';
    int patternStart = reincludes ? Words.skipSpace(line, from + 1, end) : from;
    if (patternStart == end) {
      throw mistake(source, number, from, "\"!\" has no pattern", "name what is to be taken in");
    }
    if (rules.size() == MAX_RULES) {
      throw mistake(
          source, number, from, "there are more than " + MAX_RULES + " patterns", "use fewer");
    }
    String pattern = clean(line.substring(patternStart, end));
    // White space, and a "!", may have come to an end by the cleaning: "/ a" is "a", "/!a" is "!a".
    int first = reincludes ? 0 : Words.skipSpace(pattern, 0, pattern.length());
    int last = Words.trimEnd(pattern, first, pattern.length());
    boolean hidden = !reincludes && last - first > 1 && pattern.charAt(first) == '!';
    pattern = clean(pattern.substring(hidden ? first + 1 : first, last));
    try {
      String relative = pattern.startsWith("/") ? pattern.substring(1) : pattern;
      rules.add(new Rule(Glob.ofIgnoreRule(pattern), reincludes || hidden, relative));
    } catch (BuildException e) {
      throw mistake(source, number, patternStart, e.getMessage(), e.remedy());
    }
  }

  private static InstructionException mistake(
      Source source, int line, int offset, String problem, String remedy) {
    return new InstructionException(
        source.name(), line, offset + 1, source.line(line), problem, remedy);
  }

  /** The shortest path that means the same, without a leading slash. */
  private static String clean(String pattern) {
    boolean rooted = pattern.startsWith("/");
    List<String> elements = new ArrayList<>();
    int at = 0;
    while (at <= pattern.length()) {
      int slash = pattern.indexOf('/', at);
      int end = slash < 0 ? pattern.length() : slash;
      String element = pattern.substring(at, end);
      boolean canGoUp = !elements.isEmpty() && !elements.get(elements.size() - 1).equals("..");
      if (element.equals("..") && canGoUp) {
        elements.remove(elements.size() - 1);
      } else if (element.equals("..") && rooted) {
        // above the root there is the root
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.add(element);
      }
      at = end + 1;
    }
    return elements.isEmpty() ? (rooted ? "/" : ".") : String.join("/", elements);
  }

  /** Whether there are no rules, so that nobody has to be asked. */
  public boolean isEmpty() {
    return rules.length == 0;
  }

  /**
   * Whether a path is left out.
   *
   * @param path relative to the context, with slashes; the context itself, {@code ""}, never is
   */
  public boolean ignores(String path) {
    Verdict verdict = root();
    int slash = path.indexOf('/');
    while (slash >= 0) {
      String directory = path.substring(0, slash);
      verdict = verdict(verdict, directory);
      if (verdict.ignored() && !mayReincludeBelow(verdict, directory)) {
        return true;
      }
      slash = path.indexOf('/', slash + 1);
    }
    return path.isEmpty() ? verdict.ignored() : verdict(verdict, path).ignored();
  }

  /** What the rules say about the context itself: nothing. */
  public Verdict root() {
    return verdicts[0];
  }

  /**
   * What the rules say about an entry of a directory; cheaper than {@link #ignores}.
   *
   * @param directory the verdict on the directory that the entry is in
   * @param path of the entry, relative to the context, with slashes
   */
  public Verdict verdict(Verdict directory, String path) {
    for (int i = rules.length - 1; i > directory.rule(); i--) {
      if (rules[i].glob().matches(path)) {
        return verdicts[i + 1];
      }
    }
    return directory;
  }

  /**
   * Whether a directory that is ignored may have something below it that is not, so that a walk has
   * to go there all the same. As for buildah and for Docker's own builder, only an exception that
   * begins with the directory's path counts: an exception with two stars takes nothing out of an
   * ignored directory.
   *
   * @param verdict on the directory
   * @param directory its path, relative to the context, with slashes
   */
  public boolean mayReincludeBelow(Verdict verdict, String directory) {
    for (int i = rules.length - 1; i > verdict.rule(); i--) {
      if (rules[i].reincludes() && rules[i].leadsInto(directory)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a path is left out with all that is, or may be, below it.
   *
   * @param path as for {@link #ignores}; {@code ""} asks whether the rules leave nothing of the
   *     context, whatever its files are called
   */
  public boolean ignoresWhole(String path) {
    Verdict verdict = root();
    boolean ignored = path.isEmpty() ? ignores(NO_NAME) : ignores(path);
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      verdict = verdict(verdict, path.substring(0, slash));
    }
    verdict = path.isEmpty() ? verdict : verdict(verdict, path);
    return ignored && !mayReincludeBelow(verdict, path);
  }
}
