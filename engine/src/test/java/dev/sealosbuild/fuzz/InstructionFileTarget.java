package dev.sealosbuild.fuzz;

import dev.sealosbuild.dockerfile.Dialect;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Any text is an instruction file or a mistake that is told; what was read is read the same way
 * from the line that goes into the history.
 */
public final class InstructionFileTarget {
  private InstructionFileTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Dockerfile file;
    try {
      file = InstructionParser.parse(new Source("fuzzed", text));
    } catch (BuildException mistake) {
      Told.check(mistake);
      return;
    }
    long lines = text.lines().count();
    for (Instruction instruction : file.instructions()) {
      if (instruction.where().firstLine() < 1 || instruction.where().lastLine() > lines) {
        throw new AssertionError(instruction.where() + " of " + lines + " lines");
      }
      readAgain(instruction);
    }
  }

  private static void readAgain(Instruction instruction) {
    String original = instruction.original();
    char escape = instruction.origin().escape();
    boolean goesOn = original.indexOf('\n') >= 0 || original.endsWith(String.valueOf(escape));
    if (goesOn || original.contains("<<")) {
      return;
    }
    String syntax =
        instruction.origin().dialect() == Dialect.BUILDKIT ? "# syntax=docker/dockerfile:1\n" : "";
    String head = syntax + "# escape=" + escape + "\nFROM scratch\n";
    List<Instruction> again =
        InstructionParser.parse(new Source("again", head + original + "\n")).instructions();
    if (again.size() != 2
        || !again.get(1).original().equals(original)
        || again.get(1).getClass() != instruction.getClass()) {
      throw new AssertionError(original + " is read again as " + again);
    }
  }
}
