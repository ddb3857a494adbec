package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Flag;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
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

  /**
   * @param named the contexts that stand for stages of their names, so that these are not needed
   */
  StageNeeds(StageList stages, Variables globals, NamedContexts named) {
    this.named = named;
    this.stages = stages;
    this.globals = globals;
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
    String baseName = expand(words, stage.from().image());
    Stage base = stages.named(baseName, stage.number());
    if (base != null && !named.has(baseName)) {
      needed.add(base);
    }
    Variables variables = globals.ofStage();
    ContainerConfig config =
        base == null ? ContainerConfig.EMPTY : follow(base, variables, ContainerConfig.EMPTY);
    for (Instruction instruction : stage.instructions()) {
      config = follow(instruction, variables, config);
      ContainerConfig known = config;
      WordExpansion all = new WordExpansion(instruction, name -> variables.value(name, known));
      for (String name : sourcesOf(instruction)) {
        String sourceName = expand(all, name);
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

  /** Those that a stage goes on from which is based on this one. */
  private ContainerConfig follow(Stage stage, Variables variables, ContainerConfig config) {
    WordExpansion words =
        new WordExpansion(stage.from(), name -> globals.value(name, ContainerConfig.EMPTY));
    Stage base = stages.named(expand(words, stage.from().image()), stage.number());
    ContainerConfig followed = base == null ? config : follow(base, variables, config);
    for (Instruction instruction : stage.instructions()) {
      followed = follow(instruction, variables, followed);
    }
    return followed;
  }

  /** The configuration's variables after an instruction; declares those of ARG. */
  private static ContainerConfig follow(
      Instruction instruction, Variables variables, ContainerConfig config) {
    WordExpansion words = new WordExpansion(instruction, name -> variables.value(name, config));
    if (instruction instanceof Instruction.Arg arg) {
      for (Instruction.Definition definition : arg.definitions()) {
        String value = definition.value();
        variables.declare(
            expand(words, definition.name()), value == null ? null : expand(words, value));
      }
    } else if (instruction instanceof Instruction.Env env) {
      ContainerConfig changed = config;
      for (Instruction.Assignment variable : env.variables()) {
        changed =
            changed.withEnvironment(
                expand(words, variable.name()), expand(words, variable.value()));
      }
      return changed;
    }
    return config;
  }

  private static List<String> sourcesOf(Instruction instruction) {
    if (instruction instanceof Instruction.Onbuild) {
      return List.of();
    }
    List<String> sources = new ArrayList<>();
    if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
      sources.add(copy.from());
    } else if (instruction instanceof Instruction.Run run) {
      for (Flag flag : run.flags()) {
        if (flag.name().equals("mount") && flag.value() != null) {
          for (String field : flag.value().split(",", -1)) {
            if (field.startsWith("from=")) {
              sources.add(field.substring("from=".length()));
            }
          }
        }
      }
    }
    return sources;
  }

  /** The word; as it stands where it cannot be expanded, which is told when it is executed. */
  private static String expand(WordExpansion words, String word) {
    try {
      return words.expand(word);
    } catch (BuildException e) {
      return word;
    }
  }
}
