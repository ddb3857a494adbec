package dev.sealosbuild.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a store is emptied. What is removed is cached results and images; the oldest go first.
 *
 * @param named whether images with names are removed as well
 * @param before what was made at this time or later stays; null removes whatever its age
 * @param keepBytes nothing is removed once the blobs come to no more than this; -1 for no such end
 */
public record PruneLimits(boolean named, @Nullable Instant before, long keepBytes) {
  /** Removes cached results and images without a name. */
  public static final PruneLimits NONE = new PruneLimits(false, null, -1);

  boolean areNone() {
    return before == null && keepBytes < 0;
  }
}
