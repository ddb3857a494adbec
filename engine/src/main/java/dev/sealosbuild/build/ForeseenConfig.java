package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;

/**
 * What stages will say of their images as far as it can be told before anything is executed: the
 * variables, and what is started.
 */
final class ForeseenConfig {
  private final StageList stages;
  private final Variables globals;

  ForeseenConfig(StageList stages, Variables globals) {
    this.stages = stages;
    this.globals = globals;
  }

  /**
   * After a stage and those that it is based on.
   *
   * @param variables which the stages' arguments are declared in
   * @param config of the image that the first of them begins with
   */
  ContainerConfig after(Stage stage, Variables variables, ContainerConfig config) {
    WordExpansion words =
        new WordExpansion(stage.from(), name -> globals.value(name, ContainerConfig.EMPTY));
    Stage base = stages.named(expand(words, stage.from().image()), stage.number());
    ContainerConfig followed = base == null ? config : after(base, variables, config);
    boolean ownCmd = false;
    for (Instruction instruction : stage.instructions()) {
      followed = after(instruction, variables, followed);
      ownCmd |= instruction instanceof Instruction.Cmd;
      if (instruction instanceof Instruction.Entrypoint && !ownCmd) {
        followed = followed.withCmd(null); // it was for the base's own
      }
    }
    return followed;
  }

  /** After an instruction; declares the arguments of ARG. */
  static ContainerConfig after(
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
    } else if (instruction instanceof Instruction.Cmd
        || instruction instanceof Instruction.Entrypoint) {
      ContainerConfig changed = MetadataInstructions.apply(instruction, config, words);
      return changed == null ? config : changed;
    }
    return config;
  }

  /** The word; as it stands where it cannot be expanded, which is told when it is executed. */
  static String expand(WordExpansion words, String word) {
    try {
      return words.expand(word);
    } catch (BuildException e) {
      return word;
    }
  }
}
