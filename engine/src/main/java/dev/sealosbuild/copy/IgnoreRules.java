package dev.sealosbuild.copy;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.dockerfile.IgnoreFile;

/** The ignore file of a context as the filter that the context is read through. */
public final class IgnoreRules implements PathFilter {
  private final IgnoreFile file;
  private final String name;
  private final String text;

  public IgnoreRules(IgnoreFile file, String name, String text) {
    this.file = file;
    this.name = name;
    this.text = text;
  }

  /** Rules that leave nothing out. */
  public static IgnoreRules none() {
    return new IgnoreRules(IgnoreFile.NONE, "", "");
  }

  /** The ignore file's name, for messages; empty where there is none. */
  public String name() {
    return name;
  }

  @Override
  public boolean ignores(String path) {
    return !file.isEmpty() && file.ignores(path);
  }

  /** Whether a path is left out with all below it; {@code ""} asks about the whole context. */
  public boolean ignoresWhole(String path) {
    return !file.isEmpty() && file.ignoresWhole(path);
  }

  @Override
  public boolean ignoresAllBelow(String directory) {
    IgnoreFile.Verdict verdict = file.root();
    for (int slash = directory.indexOf('/');
        slash >= 0;
        slash = directory.indexOf('/', slash + 1)) {
      verdict = file.verdict(verdict, directory.substring(0, slash));
    }
    return !file.mayReincludeBelow(file.verdict(verdict, directory), directory);
  }

  @Override
  public String identity() {
    return text;
  }
}
