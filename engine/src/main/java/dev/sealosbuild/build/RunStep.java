package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.RunFlags;
import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.run.CommandChanges;
import dev.sealosbuild.run.ForeignPrograms;
import dev.sealosbuild.run.Network;
import dev.sealosbuild.run.RunOptions;
import dev.sealosbuild.run.WorkingRoot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Executes RUN: what its command changes in the image's files becomes a layer. */
final class RunStep {
  private final BuildSession session;
  private final StageRoots roots;
  private final BuildCache cache;
  private final Variables variables;
  private final GrowingTree files;

  /**
   * @param roots where bind mounts may come from
   * @param variables of the stage so far
   */
  RunStep(BuildSession session, StageRoots roots, Variables variables) {
    this.session = session;
    this.roots = roots;
    this.cache = roots.cache();
    this.variables = variables;
    this.files = new GrowingTree(session.trees());
  }

  ImageState run(Instruction.Run run, ImageState state, WordExpansion words, Progress.Step step) {
    RunInstruction instruction = new RunInstruction(run, state.container(), variables);
    RunFlags flags = RunFlags.read(run, words);
    List<RunMount> all = new ArrayList<>(flags.mounts());
    for (String text : session.request().commands().mounts()) {
      all.add(RunFlags.mount(text, run, words));
    }
    try (RunMounts mounts = new RunMounts(all, roots)) {
      Digest key = keyOf(instruction, flags, mounts, state);
      Digest source = mounts.sourceDigest();
      Optional<BuildCache.Entry> cached = cache.get(key, source);
      CachedLayer layer;
      if (cached.isPresent()) {
        layer = CachedLayer.of(cached.get(), run);
        step.finish(true, "");
      } else {
        layer = execute(run, instruction, flags, mounts, state, step);
        cache.put(key, source, layer.entry());
        step.finish(false, layer.describe());
      }
      return layer.after(state, instruction.historyText(), key);
    }
  }

  /** All that the layer depends on but the files of bind mounts. */
  private Digest keyOf(
      RunInstruction instruction, RunFlags flags, RunMounts mounts, ImageState state) {
    InstructionKey key = state.keyAfter(session.time()).add(session.output().compression().name());
    instruction.addTo(key);
    mounts.addTo(key);
    session.givenEnvironment().forEach((name, value) -> key.add(name).add(value));
    return key.add(flags.network().name()).digest();
  }

  private CachedLayer execute(
      Instruction.Run run,
      RunInstruction instruction,
      RunFlags flags,
      RunMounts mounts,
      ImageState state,
      Progress.Step step) {
    long start = System.nanoTime();
    new ForeignPrograms().require(state.config().platform());
    CommandRoom room = session.commandRoom();
    try (WorkingRoot root = room.open(state)) {
      run(room, instruction, flags, mounts, state, root, step);
      CommandChanges changes = root.changes(session.time()::stamp);
      AtomicReference<byte[]> tree = new AtomicReference<>();
      WrittenLayer written =
          session
              .output()
              .write(
                  writer -> {
                    changes.writeTo(writer);
                    // While other threads compress the end of the layer.
                    tree.set(changes.index().toBytes());
                  },
                  step);
      session.trees().keep(written.diffId(), tree.get());
      if (keep() == CommandOptions.Keep.ALWAYS) {
        room.keepFiles(root);
      } else {
        root.keep(written.diffId(), written.digest());
      }
      StateLayer layer =
          new StateLayer(
              session.describe(written),
              written.diffId(),
              run.original(),
              false,
              Duration.ofNanos(System.nanoTime() - start));
      return CachedLayer.written(layer, session.time(), false);
    }
  }

  private void run(
      CommandRoom room,
      RunInstruction instruction,
      RunFlags flags,
      RunMounts mounts,
      ImageState state,
      WorkingRoot root,
      Progress.Step step) {
    try {
      room.run(instruction, state, files.of(state), mounts, options(flags), root, step::output);
    } catch (CommandFailure e) {
      Platform platform = state.config().platform();
      ForeignPrograms programs = new ForeignPrograms();
      if (e.isWrongFormat() && !programs.isNative(platform)) {
        throw programs.missing(platform);
      }
      if (keep() != CommandOptions.Keep.NEVER) {
        room.keepFiles(root);
      }
      throw e;
    }
  }

  private CommandOptions.Keep keep() {
    return session.request().commands().keepWorkingFiles();
  }

  private RunOptions options(RunFlags flags) {
    RunOptions options = session.request().commands().isolationOrDefault();
    return switch (flags.network()) {
      case DEFAULT -> options;
      case NONE -> options.withNetwork(Network.NONE);
      case HOST -> options.withNetwork(Network.HOST);
    };
  }
}
