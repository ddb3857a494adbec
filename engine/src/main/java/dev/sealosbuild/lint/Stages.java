package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.StageSources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The stages of a file, and which of them need which. */
final class Stages {

  /**
   * A stage.
   *
   * @param number from 0
   * @param instructions after FROM
   */
  record Stage(int number, Instruction.From from, List<Instruction> instructions) {}

  private final List<Instruction.Arg> globals = new ArrayList<>();
  private final List<Stage> all = new ArrayList<>();

  Stages(Dockerfile file) {
    for (Instruction instruction : file.instructions()) {
      if (instruction instanceof Instruction.From from) {
        all.add(new Stage(all.size(), from, new ArrayList<>()));
      } else if (!all.isEmpty()) {
        all.get(all.size() - 1).instructions().add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globals.add(arg);
      }
    }
  }

  /** The ARGs before the first FROM. */
  List<Instruction.Arg> globals() {
    return globals;
  }

  List<Stage> all() {
    return all;
  }

  /** The name that a stage is known by, compared without regard to case; null for none. */
  static @Nullable String key(@Nullable String name) {
    return name == null ? null : name.toLowerCase(Locale.ROOT);
  }

  /**
   * Which stages a build of one needs.
   *
   * @param stage its name or number; null for the last, and where there is none of that name
   * @param bases for each stage the number of the one that it begins with, or -1
   * @param replaced whether something else stands for the stages of a name
   */
  boolean[] needed(@Nullable String stage, int[] bases, Predicate<String> replaced) {
    boolean[] needed = new boolean[all.size()];
    Map<String, Integer> byName = new HashMap<>();
    for (Stage candidate : all) {
      String key = key(candidate.from().stage());
      if (key != null) {
        byName.put(key, candidate.number());
      }
    }
    int target = stage == null ? -1 : numbered(stage, byName);
    needed[target < 0 ? all.size() - 1 : target] = true;
    byName.keySet().removeIf(replaced);
    for (int number = all.size() - 1; number >= 0; number--) {
      if (needed[number]) {
        if (bases[number] >= 0) {
          needed[bases[number]] = true;
        }
        markSources(all.get(number), byName, needed);
      }
    }
    return needed;
  }

  private void markSources(Stage stage, Map<String, Integer> byName, boolean[] needed) {
    for (Instruction instruction : stage.instructions()) {
      StageSources.of(instruction).forEach(name -> mark(name, stage, byName, needed));
    }
  }

  private void mark(String name, Stage user, Map<String, Integer> byName, boolean[] needed) {
    int source = numbered(name, byName);
    if (source < 0 || source >= user.number()) {
      return;
    }
    // One that was asked for by its number goes by its name all the same.
    String key = key(all.get(source).from().stage());
    if (key == null || byName.containsKey(key)) {
      needed[source] = true;
    }
  }

  private int numbered(String name, Map<String, Integer> byName) {
    Integer named = byName.get(name.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    try {
      int number = Integer.parseInt(name);
      return number >= 0 && number < all.size() ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
