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
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /**
   * The rules of the build context: those of the file that was asked for, else those beside an
   * instruction file, else those of the context's own file.
   *
   * @param given the file that was asked for; null for none
   * @param beside where an instruction file's own one would lie, by the name that messages give it
   * @throws BuildException when the file that was asked for is missing, or one cannot be read
   */
  static IgnoreRules of(@Nullable Path given, Map<String, Path> beside, ContextFiles context) {
    if (given != null) {
      IgnoreRules rules = read(given, given.toString());
      if (rules == null) {
        throw new BuildException(
            "the ignore file " + given + " does not exist",
            "give a path from the working directory");
      }
      return rules;
    }
    for (Map.Entry<String, Path> file : beside.entrySet()) {
      IgnoreRules rules = read(file.getValue(), file.getKey());
      if (rules != null) {
        return rules;
      }
    }
    return of(context);
  }

  /** The rules of the context's own ignore file; none where it has none. */
  static IgnoreRules of(ContextFiles context) {
    for (String name : NAMES) {
      IgnoreRules rules = read(context.file(Path.of(name)), name);
      if (rules != null) {
        return rules;
      }
    }
    return none();
  }

  private static @Nullable IgnoreRules read(Path path, String name) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new BuildException(
          "the ignore file " + name + " is not a file", "make it one, or remove it");
    }
    try {
      if (Files.size(path) > InstructionParser.MAX_TEXT) {
        throw new BuildException(
            name + " is longer than " + InstructionParser.MAX_TEXT + " bytes",
            "check that it is an ignore file");
      }
      String text = Files.readString(path);
      return new IgnoreRules(IgnoreFile.parse(new Source(name, text)), name, text);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new BuildException(
          "reading " + name + " failed: " + e.getMessage(), "make it a readable UTF-8 file", e);
    }
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
