package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stage of an instruction file.
 *
 * @param number from 0
 * @param from how it begins
 * @param instructions that follow, up to the next FROM
 */
record Stage(int number, Instruction.From from, List<Instruction> instructions) {

  /** The stages of the file, and what stands before the first of them. */
  record Plan(List<Instruction.Arg> globals, List<Stage> stages) {}

  /**
   * Splits a file into its stages.
   *
   * @param base what the first FROM begins with in place of its own image; null for its own
   */
  static Plan split(Dockerfile file, @Nullable String base) {
    List<Instruction.Arg> globals = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (Instruction instruction : file.instructions()) {
      if (instruction instanceof Instruction.From from) {
        boolean replaced = base != null && stages.isEmpty();
        stages.add(
            new Stage(stages.size(), replaced ? withBase(from, base) : from, new ArrayList<>()));
      } else if (stages.isEmpty()) {
        if (instruction instanceof Instruction.Arg arg) {
          globals.add(arg);
        }
      } else {
        stages.get(stages.size() - 1).instructions().add(instruction);
      }
    }
    return new Plan(globals, stages);
  }

  private static Instruction.From withBase(Instruction.From from, String base) {
    return new Instruction.From(from.origin(), from.platform(), base, from.stage());
  }

  /** Whether the stage is called so; names are compared without regard to case. */
  boolean isCalled(String name) {
    String own = from.stage();
    return own != null && own.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
  }

  /** What the progress calls it: its name, or its number. */
  String label() {
    String own = from.stage();
    return own != null ? own : "stage-" + number;
  }
}
