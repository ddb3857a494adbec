package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.copy.CopyInstruction;
import dev.sealosbuild.copy.CopyPlan;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.copy.Ownership;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The instructions that make layers of files: COPY, ADD and WORKDIR. */
final class LayerInstructions {
  /** Comparing contents costs as much as reading them: more candidates are not worth it. */
  private static final int MAX_COMPARED = 2;

  private final BuildSession session;
  private final StageRoots roots;
  private final BuildCache cache;
  private final Runnable beside;

  /**
   * @param roots where files may be taken from
   * @param beside is done while a layer is written
   */
  LayerInstructions(BuildSession session, StageRoots roots, Runnable beside) {
    this.session = session;
    this.roots = roots;
    this.beside = beside;
    this.cache = roots.cache();
  }

  ImageState copy(
      Instruction.Transfer transfer, ImageState state, WordExpansion words, Progress.Step step) {
    try (CopyInstruction copy = new CopyInstruction(transfer, words, roots)) {
      return copy(transfer, copy, state, step);
    }
  }

  private ImageState copy(
      Instruction.Transfer transfer, CopyInstruction copy, ImageState state, Progress.Step step) {
    Digest key = keyOf(transfer, copy, state);
    Supplier<CopyPlan> plan = once(() -> plan(copy, state));
    Optional<BuildCache.Entry> cached = find(key, copy, plan);
    if (cached.isPresent()) {
      step.finish(true, "");
      return after(CachedLayer.of(cached.get(), transfer), state, copy, key);
    }
    long start = System.nanoTime();
    // The base has changed, but not in what this instruction asks of it.
    Digest movable = movableKeyOf(copy, plan.get());
    // Another stage, or another platform's image, may be at the same layer.
    synchronized (session.lockOf(lockKey(transfer, movable))) {
      Optional<BuildCache.Entry> moved = find(movable, copy, plan);
      CachedLayer layer;
      if (moved.isPresent()) {
        layer = CachedLayer.of(moved.get(), transfer);
        cache.put(key, copy.sourceDigest(), layer.entry());
        step.finish(true, "");
      } else {
        layer = write(transfer, copy, plan.get(), key, movable, start, step);
      }
      return after(layer, state, copy, key);
    }
  }

  private CachedLayer write(
      Instruction.Transfer transfer,
      CopyInstruction copy,
      CopyPlan plan,
      Digest key,
      Digest movable,
      long start,
      Progress.Step step) {
    if (!cache.isExported() && !cache.hasAny(key) && !cache.hasAny(movable)) {
      copy.deferLargeContents();
    }
    copy.prepare();
    StateLayer written = write(plan, transfer, start, step);
    Digest source = copy.sourceDigest();
    CachedLayer layer = CachedLayer.written(written, session.time(), copy.isProvisional());
    cache.put(key, source, layer.entry());
    cache.put(movable, source, layer.entry());
    step.finish(false, layer.describe());
    return layer;
  }

  ImageState workdir(
      Instruction.Workdir workdir, ImageState state, WordExpansion words, Progress.Step step) {
    String path = words.expand(workdir.path());
    String absolute = path.startsWith("/") ? path : state.container().workingDir() + "/" + path;
    String directory = TreePaths.normalize(absolute);
    ContainerConfig changed = state.container().withWorkingDir("/" + directory);
    ImageState moved = state.withConfig(state.config().withConfig(changed));
    String history = StageExecution.NOP + workdir.original();
    Digest key =
        moved
            .keyAfter(session.time())
            .add(history)
            .add(Json.write(changed.toJson(true)))
            .add(session.output().compression().name())
            .digest();
    Optional<BuildCache.Entry> cached = cache.get(key, null);
    BuildCache.Entry entry;
    StateLayer layer;
    if (cached.isPresent()) {
      entry = cached.get();
      layer = entry.layer() == null ? null : CachedLayer.of(entry, workdir).layer();
    } else {
      layer = makeDirectory(workdir, moved, directory, step);
      entry =
          layer == null
              ? BuildCache.Entry.ofMetadata(session.time().now())
              : CachedLayer.written(layer, session.time(), false).entry();
      cache.put(key, null, entry);
    }
    step.finish(cached.isPresent(), "");
    return layer == null
        ? moved.after(changed, moved.historyLine(entry.created(), history, true), key)
        : moved.after(layer, moved.historyLine(entry.created(), history, false), key);
  }

  /** All that the layer depends on but the files. */
  private Digest keyOf(Instruction.Transfer transfer, CopyInstruction copy, ImageState state) {
    // A linked layer depends on nothing below it, so that it stays when the base changes.
    InstructionKey key =
        transfer.link() && !copy.asksForNames()
            ? new InstructionKey().add(session.time().key())
            : state.keyAfter(session.time());
    key.add(session.output().compression().name()).add(state.container().workingDir());
    copy.addTo(key);
    return key.digest();
  }

  /** All that the layer depends on but the files, wherever the same answers are given. */
  private Digest movableKeyOf(CopyInstruction copy, CopyPlan plan) {
    InstructionKey key = new InstructionKey().add("movable").add(session.time().key());
    key.add(session.output().compression().name());
    copy.addTo(key);
    plan.addTo(key);
    return key.digest();
  }

  /** Platforms that carry other images make other layers, and need not wait for each other. */
  private Digest lockKey(Instruction.Transfer transfer, Digest movable) {
    RegistryTree saved = roots.savedImages();
    return saved == null || !ContextUse.mayTake(transfer, ClusterImages.DIRECTORY)
        ? movable
        : new InstructionKey()
            .add(movable.hex())
            .add(saved.digest(ClusterImages.DIRECTORY).hex())
            .digest();
  }

  private CopyPlan plan(CopyInstruction copy, ImageState state) {
    return copy.plan(
        once(() -> session.trees().of(state)), state.container().workingDir(), session.time());
  }

  /** What was built of the same files before. */
  private Optional<BuildCache.Entry> find(
      Digest key, CopyInstruction copy, Supplier<CopyPlan> plan) {
    if (!cache.hasAny(key)) {
      return Optional.empty();
    }
    if (!copy.isUnchanged()) {
      Optional<BuildCache.Entry> same = findByComparing(key, copy, plan);
      if (same.isPresent() || !cache.hasDigested(key)) {
        // Without a digest to compare with, the files need not be read for one of their own.
        return same;
      }
    }
    return cache.get(key, copy.sourceDigest());
  }

  /**
   * What was built of files whose digests are not known, because the build that wrote the layer had
   * no use for them: the layer itself is compared with the files.
   */
  private Optional<BuildCache.Entry> findByComparing(
      Digest key, CopyInstruction copy, Supplier<CopyPlan> plan) {
    int compared = 0;
    for (BuildCache.Provisional candidate : cache.provisional(key)) {
      StateLayer layer = CachedLayer.of(candidate.entry(), null).layer();
      if (plan.get().matches(session.trees().index(layer))) {
        if (++compared > MAX_COMPARED) {
          return Optional.empty();
        }
        if (hasSameContents(plan.get(), layer)) {
          copy.adopt(candidate.source());
          return Optional.of(candidate.entry());
        }
      }
    }
    return Optional.empty();
  }

  private boolean hasSameContents(CopyPlan plan, StateLayer layer) {
    try (LayerReader reader = session.trees().open(layer)) {
      return plan.hasContentsOf(reader);
    } catch (IOException e) {
      throw new BuildException(
          "comparing the layer "
              + layer.blob().digest()
              + " with what is copied failed: "
              + e.getMessage(),
          "build again with --no-cache",
          e);
    }
  }

  private StateLayer write(CopyPlan plan, Instruction instruction, long start, Progress.Step step) {
    beside.run();
    WrittenLayer written = session.output().write(plan::write, step);
    session.trees().keep(written.diffId(), new LayerIndex(plan.entries()));
    return new StateLayer(
        written.descriptor(),
        written.diffId(),
        instruction.original(),
        false,
        Duration.ofNanos(System.nanoTime() - start));
  }

  /** A layer with the directory and its missing parents, the user's own; null where it is there. */
  private @Nullable StateLayer makeDirectory(
      Instruction.Workdir workdir, ImageState state, String directory, Progress.Step step) {
    long start = System.nanoTime();
    Supplier<FileTree> image = once(() -> session.trees().of(state));
    Ownership owner = Ownership.ofUser(state.container().user(), image);
    CopyPlan plan = new CopyPlan(image.get(), owner, null, session.time());
    plan.makeDirectory(plan.resolve(directory));
    return plan.entries().isEmpty() ? null : write(plan, workdir, start, step);
  }

  private static ImageState after(
      CachedLayer layer, ImageState state, CopyInstruction copy, Digest key) {
    return layer.after(state, StageExecution.NOP + copy.historyText(layer.layer().diffId()), key);
  }

  /** A value that is made when it is first asked for. */
  private static <T> Supplier<T> once(Supplier<T> maker) {
    return new Supplier<>() {
      private @Nullable T value;

      @Override
      public T get() {
        T made = value;
        if (made == null) {
          made = maker.get();
          value = made;
        }
        return made;
      }
    };
  }
}
