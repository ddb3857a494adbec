package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.History;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerMerge;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes one layer of several, as {@code --squash} and {@code --layers=false} ask for it. */
final class MergedLayers {
  private final BuildSession session;

  MergedLayers(BuildSession session) {
    this.session = session;
  }

  /**
   * The state with fewer layers: all are one, or those that the target's instructions made.
   *
   * @param begin what the target's stage began with
   */
  ImageState of(ImageState state, ImageState begin) {
    return switch (session.request().layers().merging()) {
      case NONE -> state;
      case NEW -> merge(state, begin.layers().size(), begin.config().history().size());
      case ALL -> squash(state, begin.config().history().size());
    };
  }

  private ImageState squash(ImageState state, int inherited) {
    List<History> own = state.config().history();
    // As with buildah, the lines of the base go with its layers.
    ImageConfig config = state.config().withHistory(own.subList(inherited, own.size()));
    return merge(state.withConfig(config), 0, 0);
  }

  private ImageState merge(ImageState state, int layers, int history) {
    List<StateLayer> above = state.layers().subList(layers, state.layers().size());
    List<StateLayer> kept = new ArrayList<>(state.layers().subList(0, layers));
    List<Digest> diffIds = new ArrayList<>(state.config().diffIds().subList(0, layers));
    if (!above.isEmpty()) {
      StateLayer merged = above.size() == 1 ? above.get(0) : one(above, layers == 0);
      kept.add(merged);
      diffIds.add(merged.diffId());
    }
    ImageConfig config =
        state
            .config()
            .withDiffIds(diffIds)
            .withHistory(lines(state.config(), history, !above.isEmpty()));
    return new ImageState(config, kept, state.annotations(), state.base(), state.key());
  }

  /** The lines of history, of which the last tells of the layer, if there is one. */
  private static List<History> lines(ImageConfig config, int from, boolean layer) {
    List<History> lines = new ArrayList<>(config.history().subList(0, from));
    List<History> own = config.history().subList(from, config.history().size());
    for (int i = 0; i < own.size(); i++) {
      lines.add(own.get(i).withEmptyLayer(!layer || i < own.size() - 1));
    }
    if (layer && own.isEmpty()) {
      lines.add(new History(config.created(), "/bin/sh", config.author(), null, false));
    }
    return lines;
  }

  private StateLayer one(List<StateLayer> layers, boolean lowest) {
    InstructionKey key = new InstructionKey().add("merge").add(String.valueOf(lowest));
    layers.forEach(layer -> key.add(layer.diffId().hex()));
    Digest digest = key.add(session.output().compression().name()).digest();
    String text = "merge " + layers.size() + " layers";
    try (Progress.Step step = session.progress().step("", text)) {
      Optional<BuildCache.Entry> cached = session.cache().get(digest, null);
      if (cached.isPresent() && cached.get().layer() != null && cached.get().diffId() != null) {
        step.finish(true, "");
        return new StateLayer(
            cached.get().layer(), cached.get().diffId(), text, true, Duration.ZERO);
      }
      StateLayer layer = write(layers, lowest, text, step);
      session
          .cache()
          .put(
              digest,
              null,
              new BuildCache.Entry(session.time().now(), layer.blob(), layer.diffId(), false));
      step.finish(false, layer.blob().digest() + " " + layer.blob().size() + " bytes");
      return layer;
    }
  }

  private StateLayer write(
      List<StateLayer> layers, boolean lowest, String text, Progress.Step step) {
    long start = System.nanoTime();
    LayerMerge merge = new LayerMerge(lowest);
    for (StateLayer layer : layers) {
      merge.add(session.trees().index(layer), () -> session.trees().open(layer));
    }
    List<LayerEntry> entries = new ArrayList<>();
    WrittenLayer written = session.output().write(out -> merge.writeTo(out, entries::add), step);
    session.trees().keep(written.diffId(), new LayerIndex(entries));
    return new StateLayer(
        written.descriptor(),
        written.diffId(),
        text,
        false,
        Duration.ofNanos(System.nanoTime() - start));
  }
}
