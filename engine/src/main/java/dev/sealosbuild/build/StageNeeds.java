package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.StageSources;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.image.ContainerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which stages a stage needs: by FROM, by {@code --from} of COPY and ADD, and by {@code from=} of a
 * mount of RUN. It is found out before anything is executed, so that variables which only the base
 * image sets are empty; a stage that is missed therefore is executed when it is asked for.
 */
final class StageNeeds {
  private final NamedContexts named;
  private final StageList stages;
  private final Variables globals;
  private final ForeseenConfig foreseen;

  /**
   * @param named the contexts that stand for stages of their names, so that these are not needed
   */
  StageNeeds(StageList stages, Variables globals, NamedContexts named) {
    this.named = named;
    this.stages = stages;
    this.globals = globals;
    this.foreseen = new ForeseenConfig(stages, globals);
  }

  /** The numbers of the stage and of all that it needs, those that these need included. */
  SortedSet<Integer> of(Stage target) {
    SortedSet<Integer> needed = new TreeSet<>();
    List<Stage> open = new ArrayList<>(List.of(target));
    while (!open.isEmpty()) {
      Stage stage = open.remove(open.size() - 1);
      if (needed.add(stage.number())) {
        open.addAll(neededBy(stage));
      }
    }
    return needed;
  }

  private List<Stage> neededBy(Stage stage) {
    List<Stage> needed = new ArrayList<>();
    WordExpansion words =
        new WordExpansion(stage.from(), name -> globals.value(name, ContainerConfig.EMPTY));
    String baseName = ForeseenConfig.expand(words, stage.from().image());
    Stage base = stages.named(baseName, stage.number());
    if (base != null && !named.has(baseName)) {
      needed.add(base);
    }
    Variables variables = globals.ofStage();
    ContainerConfig config =
        base == null
            ? ContainerConfig.EMPTY
            : foreseen.after(base, variables, ContainerConfig.EMPTY);
    for (Instruction instruction : stage.instructions()) {
      config = ForeseenConfig.after(instruction, variables, config);
      ContainerConfig known = config;
      WordExpansion all = new WordExpansion(instruction, name -> variables.value(name, known));
      for (String name : StageSources.of(instruction)) {
        String sourceName = ForeseenConfig.expand(all, name);
        Stage source = stages.find(sourceName, stage.number());
        if (source != null && !named.has(sourceName) && !isReplaced(source)) {
          needed.add(source);
        }
      }
    }
    return needed;
  }

  /** A stage that was asked for by its number goes by its name all the same. */
  private boolean isReplaced(Stage stage) {
    String name = stage.from().stage();
    return name != null && named.has(name);
  }
}
