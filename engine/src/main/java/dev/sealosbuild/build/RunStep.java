package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.RunFlags;
import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.run.CommandChanges;
import dev.sealosbuild.run.ForeignPrograms;
import dev.sealosbuild.run.Network;
import dev.sealosbuild.run.RunOptions;
import dev.sealosbuild.run.Sandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Executes RUN: what its command changes in the image's files becomes a layer. While that is
 * written, the place of the command that comes next is made ready.
 */
final class RunStep implements AutoCloseable {
  private final BuildSession session;
  private final StageRoots roots;
  private final BuildCache cache;
  private final Variables variables;
  private final GrowingTree files;
  private Instruction.@Nullable Run next;
  private @Nullable Sandbox begun;
  private @Nullable CommandPlace ready;

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

  /**
   * Tells what comes after the instruction that is executed next.
   *
   * @param command the RUN that will see the same files; null where another instruction changes
   *     them
   */
  void expect(Instruction.@Nullable Run command) {
    next = command;
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
        close();
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

  /** Leaves the place that was made for a command that did not come to be run. */
  @Override
  @SuppressWarnings("try") // closing is all that is wanted of them
  public void close() {
    try (Sandbox unused = begun;
        CommandPlace empty = ready) {
      begun = null;
      ready = null;
    }
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
    try (CommandPlace place = takePlace(room, state)) {
      run(room, instruction, flags, mounts, state, place, step);
      readyNext(room, place);
      CommandChanges changes = place.root().changes(session.time()::stamp);
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
        room.keepFiles(place.root());
      } else {
        place.root().keep(written.diffId(), written.digest());
      }
      StateLayer layer =
          new StateLayer(
              written.descriptor(),
              written.diffId(),
              run.original(),
              false,
              Duration.ofNanos(System.nanoTime() - start));
      return CachedLayer.written(layer, session.time(), false);
    }
  }

  /**
   * Begins with the processes of the command that was told of. To be called when the layer before
   * it is written, for then it will be run; where that takes no waiting.
   */
  void beginExpected() {
    CommandRoom room = session.commandRoomIfMade();
    if (room != null) {
      try {
        beginNext(room);
      } catch (BuildException e) {
        return; // it is told when the command is to be run
      }
    }
  }

  private void beginNext(CommandRoom room) {
    if (begun == null && mayBeReadied(next) && room.rights().overlay()) {
      begun = room.begin(options(RunFlags.Network.DEFAULT));
    }
  }

  /** When it has ended. */
  private void readyNext(CommandRoom room, CommandPlace place) {
    if (begun != null) {
      ready = room.following(place, begun);
      if (ready == null) {
        begun.close();
      }
      begun = null;
    }
  }

  private CommandPlace takePlace(CommandRoom room, ImageState state) {
    CommandPlace place = ready;
    ready = null;
    if (place == null) {
      place = room.open(state, begun);
      begun = null;
    }
    return place;
  }

  /** Whether all that will be mounted for the command is known before its own turn. */
  private boolean mayBeReadied(Instruction.@Nullable Run command) {
    CommandOptions commands = session.request().commands();
    return command != null
        && command.flags().isEmpty()
        && command.heredocs().isEmpty()
        && commands.mounts().isEmpty()
        && !commands.compatVolumes()
        && keep() != CommandOptions.Keep.ALWAYS;
  }

  private void run(
      CommandRoom room,
      RunInstruction instruction,
      RunFlags flags,
      RunMounts mounts,
      ImageState state,
      CommandPlace place,
      Progress.Step step) {
    try {
      RunOptions options = options(flags.network());
      room.run(
          instruction,
          state,
          files.of(state),
          mounts,
          options,
          place,
          step::output,
          () -> beginNext(room));
    } catch (CommandFailure e) {
      Platform platform = state.config().platform();
      ForeignPrograms programs = new ForeignPrograms();
      if (e.isWrongFormat() && !programs.isNative(platform)) {
        throw programs.missing(platform);
      }
      if (keep() != CommandOptions.Keep.NEVER) {
        room.keepFiles(place.root());
      }
      throw e;
    }
  }

  private CommandOptions.Keep keep() {
    return session.request().commands().keepWorkingFiles();
  }

  private RunOptions options(RunFlags.Network network) {
    RunOptions options = session.request().commands().isolationOrDefault();
    return switch (network) {
      case DEFAULT -> options;
      case NONE -> options.withNetwork(Network.NONE);
      case HOST -> options.withNetwork(Network.HOST);
    };
  }
}
