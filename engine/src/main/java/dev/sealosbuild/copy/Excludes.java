package dev.sealosbuild.copy;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.dockerfile.IgnoreFile;
import dev.sealosbuild.dockerfile.Source;
import java.util.List;

/**
 * What {@code --exclude} leaves out of a COPY or ADD: patterns as an ignore file has them, but of
 * paths in the directory that is copied. A file that is copied by its own name or by a pattern is
 * matched by its path.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#copy---exclude">COPY --exclude</a>
 */
public final class Excludes {
  private final IgnoreFile rules;
  private final String text;

  private Excludes(IgnoreFile rules, String text) {
    this.rules = rules;
    this.text = text;
  }

  public static Excludes of(List<String> patterns) {
    String text = String.join("\n", patterns);
    return new Excludes(
        patterns.isEmpty() ? IgnoreFile.NONE : IgnoreFile.parse(new Source("--exclude", text)),
        text);
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Whether a file that is a source itself is left out. */
  boolean leavesOut(String path) {
    return !rules.isEmpty() && rules.ignores(path);
  }

  /** The patterns as they hold in this directory. */
  PathFilter below(String directory) {
    if (rules.isEmpty()) {
      return PathFilter.NONE;
    }
    IgnoreRules relative = new IgnoreRules(rules, "--exclude", text);
    int skipped = directory.isEmpty() ? 0 : directory.length() + 1;
    return new PathFilter() {
      @Override
      public boolean ignores(String path) {
        return path.length() > skipped && relative.ignores(path.substring(skipped));
      }

      @Override
      public boolean ignoresAllBelow(String path) {
        return path.length() > skipped && relative.ignoresAllBelow(path.substring(skipped));
      }

      @Override
      public String identity() {
        return text;
      }
    };
  }
}
