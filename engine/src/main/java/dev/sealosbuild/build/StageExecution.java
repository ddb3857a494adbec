package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.History;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Executes the instructions of one stage, one after the other: state in, state out. */
final class StageExecution {
  private static final String NOP = "/bin/sh -c #(nop) ";

  private final BuildSession session;
  private final Variables variables;
  private final String stage;
  private final Set<String> askedArguments = new HashSet<>();
  private boolean cmdIsOfThisStage;

  /**
   * @param variables of the stage, with what was declared before the first FROM
   * @param stage its name, for the progress
   */
  StageExecution(BuildSession session, Variables variables, String stage) {
    this.session = session;
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
    for (Instruction instruction : instructions) {
      state = execute(instruction, state);
    }
    return state;
  }

  /** Names that an ARG of this stage has declared. */
  Set<String> askedArguments() {
    return askedArguments;
  }

  private ImageState execute(Instruction instruction, ImageState state) {
    try (Progress.Step step = session.progress().step(stage, instruction.original())) {
      return execute(instruction, state, step);
    } catch (InstructionException e) {
      throw e;
    } catch (BuildException e) {
      InstructionException placed = instruction.origin().mistake(0, e.getMessage(), e.remedy());
      placed.initCause(e);
      throw placed;
    }
  }

  private ImageState execute(Instruction instruction, ImageState state, Progress.Step step) {
    WordExpansion words =
        new WordExpansion(instruction, name -> variables.value(name, state.container()));
    if (instruction instanceof Instruction.Transfer transfer) {
      return copy(transfer, state, words, step);
    } else if (instruction instanceof Instruction.Workdir workdir) {
      return workdir(workdir, state, words, step);
    } else if (instruction instanceof Instruction.Run) {
      throw new BuildException(
          "RUN cannot be executed by this version of the engine",
          "build the part that needs RUN into the base image, and COPY on top of it");
    }
    if (instruction instanceof Instruction.Arg arg) {
      declare(arg, words);
    }
    ContainerConfig changed = MetadataInstructions.apply(instruction, state.container(), words);
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
        newKey(state)
            .add(history)
            .add(Json.write(changed.toJson(true)))
            .add(author(state))
            .digest();
    String created = session.time().now();
    // Only for the time is it worth remembering that an instruction was executed before.
    if (session.time().fixed() == null) {
      Optional<BuildCache.Entry> cached = session.cache().get(key, null);
      if (cached.isPresent()) {
        created = cached.get().created();
      } else {
        session.cache().put(key, null, new BuildCache.Entry(created, null, null));
      }
      step.finish(cached.isPresent(), "");
    } else {
      step.finish(false, "");
    }
    return state.after(changed, history(state, created, history, true), key);
  }

  private void declare(Instruction.Arg arg, WordExpansion words) {
    for (Instruction.Definition definition : arg.definitions()) {
      String name = words.expand(definition.name());
      askedArguments.add(name);
      String value = definition.value() == null ? null : words.expand(definition.value());
      variables.declare(name, value);
    }
  }

  private String historyText(Instruction instruction) {
    if (instruction instanceof Instruction.Arg) {
      return NOP + "ARG " + String.join(" ", variables.declared().keySet());
    }
    return NOP + instruction.original();
  }

  private void warnAboutFormat(Instruction instruction) {
    boolean dockerOnly =
        instruction instanceof Instruction.Health
            || instruction instanceof Instruction.Shell
            || instruction instanceof Instruction.Onbuild;
    if (dockerOnly && session.request().format() == ImageFormat.OCI) {
      session
          .progress()
          .warn(
              instruction.keyword()
                  + " is not supported for OCI image format and will be ignored. Must use `docker`"
                  + " format");
    }
  }

  private ImageState copy(
      Instruction.Transfer transfer, ImageState state, WordExpansion words, Progress.Step step) {
    CopyInstruction copy =
        new CopyInstruction(
            transfer, words, session.context(), session.ignoreFile(), session.statMemory());
    // A linked layer depends on nothing below it, so that it stays when the base changes.
    InstructionKey parts =
        transfer.link() ? new InstructionKey().add(session.time().key()) : newKey(state);
    parts.add(session.output().compression().name()).add(state.container().workingDir());
    copy.addTo(parts);
    Digest key = parts.digest();
    if (session.cache().hasAny(key)) {
      Digest source = copy.sourceDigest();
      Optional<BuildCache.Entry> cached = session.cache().get(key, source);
      if (cached.isPresent()) {
        step.finish(true, "");
        return reuse(
            state, transfer, cached.get(), copy.historyText(source), join(state, key, source));
      }
    }
    long start = System.nanoTime();
    CopyPlan plan = copy.plan(tree(state), state.container().workingDir(), session.time());
    WrittenLayer written = session.output().write(plan::write, step);
    session.trees().keep(written.diffId(), new LayerIndex(plan.entries()));
    Digest source = copy.sourceDigest();
    StateLayer layer = layer(written, transfer, start);
    String created = session.time().now();
    session.cache().put(key, source, new BuildCache.Entry(created, layer.blob(), layer.diffId()));
    step.finish(false, layer.blob().digest() + " " + layer.blob().size() + " bytes");
    return state.after(
        layer, history(state, created, copy.historyText(source), false), join(state, key, source));
  }

  private ImageState workdir(
      Instruction.Workdir workdir, ImageState state, WordExpansion words, Progress.Step step) {
    String path = words.expand(workdir.path());
    String absolute = path.startsWith("/") ? path : state.container().workingDir() + "/" + path;
    String directory = TreePaths.normalize(absolute);
    ContainerConfig changed = state.container().withWorkingDir("/" + directory);
    ImageState moved = state.withConfig(state.config().withConfig(changed));
    String history = NOP + workdir.original();
    Digest key =
        newKey(moved)
            .add(history)
            .add(Json.write(changed.toJson(true)))
            .add(session.output().compression().name())
            .digest();
    Optional<BuildCache.Entry> cached = session.cache().get(key, null);
    if (cached.isPresent()) {
      step.finish(true, "");
      return reuse(moved, workdir, cached.get(), history, key);
    }
    return makeWorkdir(workdir, moved, directory, history, key, step);
  }

  private ImageState makeWorkdir(
      Instruction.Workdir workdir,
      ImageState state,
      String directory,
      String history,
      Digest key,
      Progress.Step step) {
    long start = System.nanoTime();
    Supplier<FileTree> tree = tree(state);
    Ownership owner = Ownership.parse(state.container().user(), tree);
    CopyPlan plan = new CopyPlan(tree.get(), owner, null, session.time());
    plan.makeDirectory(plan.resolve(directory));
    String created = session.time().now();
    StateLayer layer = null;
    if (!plan.entries().isEmpty()) {
      WrittenLayer written = session.output().write(plan::write, step);
      session.trees().keep(written.diffId(), new LayerIndex(plan.entries()));
      layer = layer(written, workdir, start);
    }
    BuildCache.Entry entry =
        new BuildCache.Entry(
            created, layer == null ? null : layer.blob(), layer == null ? null : layer.diffId());
    session.cache().put(key, null, entry);
    step.finish(false, "");
    History line = history(state, created, history, layer == null);
    return layer == null
        ? state.after(state.container(), line, key)
        : state.after(layer, line, key);
  }

  /** The state after an instruction whose result is in the cache. */
  private static ImageState reuse(
      ImageState state,
      Instruction instruction,
      BuildCache.Entry entry,
      String history,
      Digest key) {
    History line = history(state, entry.created(), history, entry.layer() == null);
    if (entry.layer() == null || entry.diffId() == null) {
      return state.after(state.container(), line, key);
    }
    StateLayer layer =
        new StateLayer(entry.layer(), entry.diffId(), instruction.original(), true, Duration.ZERO);
    return state.after(layer, line, key);
  }

  private StateLayer layer(WrittenLayer written, Instruction instruction, long start) {
    return new StateLayer(
        session.describe(written),
        written.diffId(),
        instruction.original(),
        false,
        Duration.ofNanos(System.nanoTime() - start));
  }

  private Supplier<FileTree> tree(ImageState state) {
    return new Supplier<>() {
      private @Nullable FileTree tree;

      @Override
      public FileTree get() {
        if (tree == null) {
          tree = session.trees().of(state);
        }
        return tree;
      }
    };
  }

  private InstructionKey newKey(ImageState state) {
    return new InstructionKey().add(state.key().hex()).add(session.time().key());
  }

  private static Digest join(ImageState state, Digest key, Digest source) {
    return new InstructionKey().add(state.key().hex()).add(key.hex()).add(source.hex()).digest();
  }

  private static String author(ImageState state) {
    return state.config().author() == null ? "" : state.config().author();
  }

  private static History history(
      ImageState state, String created, String text, boolean emptyLayer) {
    boolean first = state.config().history().size() == inherited(state);
    String comment = first && state.base() != null ? "FROM " + state.base().name() : null;
    return new History(created, text, state.config().author(), comment, emptyLayer);
  }

  /** How many lines of history the base brought. */
  private static int inherited(ImageState state) {
    return state.base() == null ? 0 : state.base().history();
  }
}
