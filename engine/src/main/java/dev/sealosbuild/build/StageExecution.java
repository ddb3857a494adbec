package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.Progress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Executes the instructions of one stage, one after the other: state in, state out. */
public final class StageExecution {
  static final String NOP = "/bin/sh -c #(nop) ";

  private final BuildSession session;
  private final Variables variables;
  private final String stage;
  private final Set<String> askedArguments = new HashSet<>();
  private final LayerInstructions layers;
  private final RunStep runs;
  private final BuildCache cache;
  private boolean cmdIsOfThisStage;

  /**
   * @param variables of the stage, with what was declared before the first FROM
   * @param roots where COPY may take files from
   * @param stage its name, for the progress
   */
  StageExecution(BuildSession session, Variables variables, StageRoots roots, String stage) {
    this.session = session;
    this.runs = new RunStep(session, roots, variables);
    this.layers = new LayerInstructions(session, roots, runs::beginExpected);
    this.cache = roots.cache();
    this.variables = variables;
    this.stage = stage;
  }

  /** The state after all of the instructions; the base's triggers come first. */
  ImageState run(ImageState base, List<Instruction> instructions) {
    ImageState state = base;
    List<String> triggers = base.container().onBuild();
    if (!triggers.isEmpty()) {
      state = base.withConfig(base.config().withConfig(base.container().withOnBuild(List.of())));
      String name = "ONBUILD of " + (base.base() == null ? "" : base.base().name());
      for (Instruction instruction : InstructionParser.parseTriggers(triggers, name)) {
        state = execute(instruction, state);
      }
    }
    try {
      for (int i = 0; i < instructions.size(); i++) {
        runs.expect(nextCommand(instructions.subList(i + 1, instructions.size())));
        state = execute(instructions.get(i), state);
      }
      return state;
    } finally {
      runs.close();
    }
  }

  /** Names that an ARG of this stage has declared. */
  Set<String> askedArguments() {
    return askedArguments;
  }

  /** The RUN that has the same files before it as these instructions. */
  private static Instruction.@Nullable Run nextCommand(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      if (instruction instanceof Instruction.Run run) {
        return run;
      }
      if (instruction instanceof Instruction.Transfer
          || instruction instanceof Instruction.Workdir) {
        return null;
      }
    }
    return null;
  }

  private ImageState execute(Instruction instruction, ImageState state) {
    session.cancellation().check();
    try (Progress.Step step = session.progress().step(stage, instruction.original())) {
      return execute(instruction, state, step);
    } catch (InstructionException e) {
      throw e;
    } catch (BuildException e) {
      throw instruction.origin().placed(e);
    }
  }

  private ImageState execute(Instruction instruction, ImageState state, Progress.Step step) {
    WordExpansion words =
        new WordExpansion(instruction, name -> variables.value(name, state.container()));
    if (instruction instanceof Instruction.Transfer transfer) {
      return layers.copy(transfer, state, words, step);
    } else if (instruction instanceof Instruction.Workdir workdir) {
      return layers.workdir(workdir, state, words, step);
    } else if (instruction instanceof Instruction.Run run) {
      return runs.run(run, state, words, step);
    }
    if (instruction instanceof Instruction.Arg arg) {
      declare(arg, words);
    }
    ContainerConfig changed =
        isDroppedTrigger(instruction)
            ? state.container()
            : MetadataInstructions.apply(instruction, state.container(), words);
    if (changed == null) {
      throw new BuildException(instruction.keyword() + " is not an instruction of a stage", "");
    }
    if (instruction instanceof Instruction.Cmd) {
      cmdIsOfThisStage = true;
    } else if (instruction instanceof Instruction.Entrypoint && !cmdIsOfThisStage) {
      changed = changed.withCmd(null);
    }
    warnAboutFormat(instruction);
    ImageState next = state;
    if (instruction instanceof Instruction.Maintainer maintainer) {
      next = state.withConfig(state.config().withAuthor(maintainer.name()));
    }
    return setMetadata(next, changed, historyText(instruction), step);
  }

  /** The state with another configuration, and a line of history. */
  ImageState setMetadata(
      ImageState state, ContainerConfig changed, String history, Progress.Step step) {
    Digest key =
        state
            .keyAfter(session.time())
            .add(history)
            .add(Json.write(changed.toJson(true)))
            .add(author(state))
            .digest();
    String created = session.time().now();
    // Only for the time is it worth remembering that an instruction was executed before.
    if (session.time().fixed() == null) {
      Optional<BuildCache.Entry> cached = cache.get(key, null);
      if (cached.isPresent()) {
        created = cached.get().created();
      } else {
        cache.put(key, null, BuildCache.Entry.ofMetadata(created));
      }
      step.finish(cached.isPresent(), "");
    } else {
      step.finish(false, "");
    }
    return state.after(changed, state.historyLine(created, history, true), key);
  }

  private void declare(Instruction.Arg arg, WordExpansion words) {
    for (Instruction.Definition definition : arg.definitions()) {
      String name = words.expand(definition.name());
      askedArguments.add(name);
      String value = definition.value() == null ? null : words.expand(definition.value());
      if (!variables.declare(name, value) && !Variables.PROXIES.contains(name)) {
        session
            .progress()
            .warn(
                arg.origin().where()
                    + ": missing \""
                    + name
                    + "\" build argument. Try adding \"--build-arg "
                    + name
                    + "=<VALUE>\" to the command line");
      }
    }
  }

  private String historyText(Instruction instruction) {
    if (instruction instanceof Instruction.Arg) {
      return NOP + "ARG " + String.join(" ", variables.declared().keySet());
    }
    return NOP + instruction.original();
  }

  /** A trigger has no place in OCI's format, so that a stage that begins with this one has none. */
  private boolean isDroppedTrigger(Instruction instruction) {
    return instruction instanceof Instruction.Onbuild
        && session.request().image().format() == ImageFormat.OCI;
  }

  private void warnAboutFormat(Instruction instruction) {
    boolean dockerOnly =
        instruction instanceof Instruction.Health
            || instruction instanceof Instruction.Shell
            || instruction instanceof Instruction.Onbuild;
    if (dockerOnly && session.request().image().format() == ImageFormat.OCI) {
      session
          .progress()
          .warn(
              instruction.origin().where()
                  + ": "
                  + instruction.keyword()
                  + " is not supported for OCI image format and will be ignored. Must use `docker`"
                  + " format");
    }
  }

  private static String author(ImageState state) {
    return state.config().author() == null ? "" : state.config().author();
  }
}
