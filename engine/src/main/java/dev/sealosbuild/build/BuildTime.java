package dev.sealosbuild.build;

import dev.sealosbuild.layer.LayerEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which time an image and its files get: the one that was asked for, or the real one.
 *
 * @param fixed for everything; null for the real times
 */
record BuildTime(@Nullable Instant fixed) {

  /** RFC 3339, for histories and configurations. */
  String now() {
    return (fixed != null ? fixed : Instant.now()).toString();
  }

  /** Whole seconds since 1970, for directories that are made on the way. */
  long seconds() {
    return (fixed != null ? fixed : Instant.now()).getEpochSecond();
  }

  /** The entry with the time that it gets in a layer. */
  LayerEntry stamp(LayerEntry entry) {
    return fixed == null ? entry : entry.withTime(fixed.getEpochSecond(), 0);
  }

  /** What a key must hold of it. */
  String key() {
    return fixed == null ? "" : Long.toString(fixed.getEpochSecond());
  }
}
