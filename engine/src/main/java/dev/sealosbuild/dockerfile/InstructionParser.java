package dev.sealosbuild.dockerfile;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads instruction files: Sealfile, Kubefile, Dockerfile, Containerfile.
 *
 * <p>Spec source: BuildKit's {@code frontend/dockerfile/docs/reference.md}; where buildah reads
 * otherwise, {@link Dialect} says which of them counts. Input is taken as hostile: all files
 * together may have {@link #MAX_TEXT} characters and {@link #MAX_INSTRUCTIONS} instructions, one
 * instruction without its heredocs 2 Mi characters, and the time is linear in the length.
 */
public final class InstructionParser {
  /** Characters of all files together. */
  public static final int MAX_TEXT = 8 << 20;

  /** Instructions of all files together. */
  public static final int MAX_INSTRUCTIONS = 10_000;

  private InstructionParser() {}

  /**
   * Reads one file.
   *
   * @throws InstructionException for a mistake at some place of the file
   * @throws BuildException when the file holds no instruction, is too long, or is not text
   */
  public static Dockerfile parse(Source source) {
    return parse(List.of(source));
  }

  /**
   * Reads several files, one after the other, as if they were one; each has its own directives.
   *
   * @throws InstructionException for a mistake at some place of a file
   * @throws BuildException when the files hold no instruction, are too long, or are not text
   */
  public static Dockerfile parse(List<Source> sources) {
    List<Directive> directives = new ArrayList<>();
    List<Instruction> instructions = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    char escape = '\\';
    Dialect dialect = Dialect.BUILDAH;
    checkText(sources);
    for (int i = 0; i < sources.size(); i++) {
      LineReader lines = new LineReader(sources.get(i), directives, warnings);
      read(lines, instructions, warnings);
      if (i == 0) {
        escape = lines.escape();
        dialect = lines.dialect();
      }
    }
    if (instructions.isEmpty()) {
      throw new BuildException(
          names(sources) + (sources.size() == 1 ? " holds" : " hold") + " no instruction",
          "write at least FROM scratch and what goes into the image");
    }
    checkStages(instructions);
    return new Dockerfile(escape, dialect, directives, instructions, warnings);
  }

  /**
   * Reads the triggers that a base image brings.
   *
   * @param triggers the texts of the image's configuration, in their order
   * @param name for messages, such as {@code ONBUILD of nginx:1.25}
   * @throws InstructionException for a mistake in a trigger
   */
  public static List<Instruction> parseTriggers(List<String> triggers, String name) {
    List<Instruction> instructions = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    for (String trigger : triggers) {
      Source source = new Source(name, trigger);
      checkText(List.of(source));
      LineReader lines =
          new LineReader(source, new ArrayList<>(), warnings).as(Dialect.BUILDAH, '\\');
      int before = instructions.size();
      read(lines, instructions, warnings);
      for (Instruction instruction : instructions.subList(before, instructions.size())) {
        if (instruction instanceof Instruction.From
            || instruction instanceof Instruction.Onbuild
            || instruction instanceof Instruction.Maintainer) {
          throw instruction
              .origin()
              .mistake(0, instruction.keyword() + " cannot be a trigger", "mend the base image");
        }
      }
    }
    return List.copyOf(instructions);
  }

  private static void read(
      LineReader lines, List<Instruction> instructions, List<Warning> warnings) {
    InstructionReader reader = new InstructionReader(lines, warnings);
    for (Origin line = lines.next(); line != null; line = lines.next()) {
      if (instructions.size() == MAX_INSTRUCTIONS) {
        throw line.mistake(
            0, "there are more than " + MAX_INSTRUCTIONS + " instructions", "split the image");
      }
      instructions.add(reader.read(line));
    }
  }

  private static void checkText(List<Source> sources) {
    long length = 0;
    for (Source source : sources) {
      length += source.text().length();
      if (length > MAX_TEXT) {
        throw new BuildException(
            names(sources) + " is longer than " + MAX_TEXT + " characters",
            "check that it is an instruction file");
      }
      if (source.text().indexOf('\0') >= 0) {
        throw new BuildException(
            source.name() + " is not a text file", "check that it is an instruction file");
      }
    }
  }

  private static void checkStages(List<Instruction> instructions) {
    boolean begun = false;
    for (Instruction instruction : instructions) {
      begun |= instruction instanceof Instruction.From;
      if (begun) {
        if (instruction instanceof Instruction.Arg arg) {
          ValueChecks.argOfStage(arg);
        }
        continue;
      }
      if (!(instruction instanceof Instruction.Arg)) {
        throw instruction
            .origin()
            .mistake(
                0,
                "no build stage has begun, " + instruction.keyword() + " stands before any FROM",
                "begin with FROM scratch or FROM image; only ARG may stand before it");
      }
    }
    if (begun) {
      return;
    }
    Instruction last = instructions.get(instructions.size() - 1);
    throw last.origin().mistake(0, "the file has no FROM", "begin with FROM scratch or FROM image");
  }

  private static String names(List<Source> sources) {
    StringBuilder names = new StringBuilder();
    for (Source source : sources) {
      names.append(names.length() == 0 ? "" : ", ").append(source.name());
    }
    return names.toString();
  }
}
