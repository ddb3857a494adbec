package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stages of an instruction file and what they come to. A stage is executed when something asks
 * for it, and once.
 */
final class Stages {
  private final BuildSession session;
  private final List<Stage> stages;
  private final Variables globals;
  private final Set<String> asked = new HashSet<>();
  private final Map<Integer, ImageState> results = new HashMap<>();

  Stages(BuildSession session, Dockerfile file, Map<String, String> environment) {
    this.session = session;
    Stage.Plan plan = Stage.split(file);
    this.stages = plan.stages();
    this.globals =
        Variables.global(session.request().stages().arguments(), environment, platform());
    plan.globals().forEach(this::declare);
  }

  /** What the last stage comes to. */
  ImageState last() {
    return result(stages.get(stages.size() - 1));
  }

  /** The arguments of the request that no ARG of an executed stage has asked for. */
  Set<String> unusedArguments() {
    return globals.unused(asked);
  }

  /**
   * What a stage before another comes to.
   *
   * @param name of the stage, without regard to case, or its number
   * @param before number of the stage that asks
   * @return null where no earlier stage is called so
   */
  @Nullable ImageState find(String name, int before) {
    for (Stage earlier : stages.subList(0, before)) {
      if (earlier.isCalled(name) || name.equals(String.valueOf(earlier.number()))) {
        return result(earlier);
      }
    }
    return null;
  }

  /** Whether a stage, or one of those after it, is called so, or has this number. */
  boolean isFrom(String name, int number) {
    for (Stage stage : stages.subList(number, stages.size())) {
      if (stage.isCalled(name) || name.equals(String.valueOf(stage.number()))) {
        return true;
      }
    }
    return false;
  }

  private ImageState result(Stage stage) {
    ImageState known = results.get(stage.number());
    if (known == null) {
      known = execute(stage);
      results.put(stage.number(), known);
    }
    return known;
  }

  private ImageState execute(Stage stage) {
    ImageState base = begin(stage);
    String label = stages.size() > 1 ? stage.label() : "";
    CopyRoots roots = new CopyRoots(session, this, stage.number());
    StageExecution execution = new StageExecution(session, globals.ofStage(), roots, label);
    ImageState state = execution.run(base, stage.instructions());
    asked.addAll(execution.askedArguments());
    return state;
  }

  private ImageState begin(Stage stage) {
    Instruction.From from = stage.from();
    WordExpansion words = globalWords(from);
    String name = words.expand(from.image());
    if (name.isEmpty()) {
      throw from.origin()
          .mistake(
              0, "FROM " + from.image() + " comes to an empty name", "give the argument a value");
    }
    for (Stage earlier : stages.subList(0, stage.number())) {
      if (earlier.isCalled(name)) {
        return result(earlier);
      }
    }
    String platform = from.platform() == null ? "" : words.expand(from.platform());
    try {
      return session
          .baseImages()
          .start(name, platform.isEmpty() ? platform() : Platform.parse(platform));
    } catch (BuildException e) {
      throw from.origin().placed(e);
    }
  }

  private void declare(Instruction.Arg arg) {
    WordExpansion words = globalWords(arg);
    for (Instruction.Definition definition : arg.definitions()) {
      String value = definition.value();
      asked.add(definition.name());
      globals.declare(definition.name(), value == null ? null : words.expand(value));
    }
  }

  private WordExpansion globalWords(Instruction instruction) {
    return new WordExpansion(instruction, name -> globals.value(name, ContainerConfig.EMPTY));
  }

  private Platform platform() {
    return session.request().image().platform();
  }
}
