package dev.sealosbuild.build;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.dockerfile.IgnoreFile;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The ignore file of a context as the filter that the context is read through. */
final class IgnoreRules implements PathFilter {
  /** The first of them that exists counts, and no other. */
  private static final String[] NAMES = {".containerignore", ".dockerignore"};

  private final IgnoreFile file;
  private final String name;
  private final String text;

  IgnoreRules(IgnoreFile file, String name, String text) {
    this.file = file;
    this.name = name;
    this.text = text;
  }

  /** Rules that leave nothing out. */
  static IgnoreRules none() {
    return new IgnoreRules(IgnoreFile.NONE, "", "");
  }

  /** The rules of the context's ignore file; none where it has none. */
  static IgnoreRules of(Path context) {
    for (String name : NAMES) {
      Path path = context.resolve(name);
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new BuildException(path + " is not a file", "make it one, or remove it");
      }
      try {
        if (Files.size(path) > InstructionParser.MAX_TEXT) {
          throw new BuildException(
              path + " is longer than " + InstructionParser.MAX_TEXT + " bytes",
              "check that it is an ignore file");
        }
        String text = Files.readString(path);
        return new IgnoreRules(IgnoreFile.parse(new Source(name, text)), name, text);
      } catch (NoSuchFileException e) {
        // The next name, or none.
      } catch (IOException e) {
        throw new BuildException(
            "reading " + path + " failed: " + e.getMessage(), "make it a readable UTF-8 file", e);
      }
    }
    return none();
  }

  /** The ignore file's name, for messages; empty where there is none. */
  String name() {
    return name;
  }

  @Override
  public boolean ignores(String path) {
    return !file.isEmpty() && file.ignores(path);
  }

  /** Whether a path is left out with all below it; {@code ""} asks about the whole context. */
  boolean ignoresWhole(String path) {
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
