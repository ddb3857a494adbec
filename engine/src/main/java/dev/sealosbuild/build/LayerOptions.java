package dev.sealosbuild.build;

import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.LayerCompression;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How layers are made.
 *
 * @param time of the image and of what is in its layers
 * @param compression of new layers
 * @param merging what becomes of the layers that the instructions make
 */
public record LayerOptions(BuildTime time, LayerCompression compression, Merging merging) {

  /** What becomes of the layers that the instructions make. */
  public enum Merging {
    /** Each stays. */
    NONE,
    /** Those of the target's own instructions become one. */
    NEW,
    /** All, those of the base included, become one. */
    ALL
  }

  /** Gathers options. */
  public static final class Builder {
    private BuildTime time = BuildTime.REAL;
    private LayerCompression compression = LayerCompression.GZIP;
    private Merging merging = Merging.NONE;

    Builder() {}

    public Builder time(BuildTime newTime) {
      time = newTime;
      return this;
    }

    /** Has everything be of this time, files included, as {@code --timestamp} has it. */
    public Builder timestamp(@Nullable Instant everything) {
      return time(new BuildTime(everything));
    }

    public Builder compression(LayerCompression newCompression) {
      compression = newCompression;
      return this;
    }

    public Builder merging(Merging newMerging) {
      merging = newMerging;
      return this;
    }

    LayerOptions build() {
      return new LayerOptions(time, compression, merging);
    }
  }
}
