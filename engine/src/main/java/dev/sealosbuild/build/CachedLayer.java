package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.BuildTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A layer that an instruction comes to, made now or in an earlier build.
 *
 * @param entry that the cache has of it
 */
record CachedLayer(StateLayer layer, BuildCache.Entry entry) {

  /**
   * A layer that was just written.
   *
   * @param provisional as {@link BuildCache.Entry} has it
   */
  static CachedLayer written(StateLayer layer, BuildTime time, boolean provisional) {
    return new CachedLayer(
        layer, new BuildCache.Entry(time.now(), layer.blob(), layer.diffId(), provisional));
  }

  /**
   * A layer of an earlier build.
   *
   * @param instruction that it is for; null while that is yet to be seen
   */
  static CachedLayer of(BuildCache.Entry entry, @Nullable Instruction instruction) {
    if (entry.layer() == null || entry.diffId() == null) {
      throw new IllegalStateException("a cache entry of a layer has none");
    }
    StateLayer layer =
        new StateLayer(
            entry.layer(),
            entry.diffId(),
            instruction == null ? "" : instruction.original(),
            true,
            Duration.ZERO);
    return new CachedLayer(layer, entry);
  }

  /** What the progress says of it. */
  String describe() {
    return layer.blob().digest() + " " + layer.blob().size() + " bytes";
  }

  /**
   * The image with the layer.
   *
   * @param history text of the instruction
   * @param key that the layer was found or kept under
   */
  ImageState after(ImageState state, String history, Digest key) {
    // The layer says all there is to say about the files: what follows depends on nothing else.
    Digest next =
        new InstructionKey()
            .add(state.key().hex())
            .add(key.hex())
            .add(layer.diffId().hex())
            .digest();
    return state.after(layer, state.historyLine(entry.created(), history, false), next);
  }
}
