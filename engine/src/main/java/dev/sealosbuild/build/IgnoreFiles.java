package dev.sealosbuild.build;

import dev.sealosbuild.copy.IgnoreRules;
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

/** Finds and reads the ignore file of a context: one counts, and no other. */
final class IgnoreFiles {
  /** The first of them that exists counts, and no other. */
  private static final String[] NAMES = {".containerignore", ".dockerignore"};

  private IgnoreFiles() {}

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
    return IgnoreRules.none();
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
}
