package dev.sealosbuild.build;

import dev.sealosbuild.layer.Compression;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How layers are made.
 *
 * @param timestamp the time of everything in the image, in whole seconds; null for the time of the
 *     build and of each file
 * @param compression of new layers
 */
public record LayerOptions(@Nullable Instant timestamp, Compression compression) {
  /** Gathers options. */
  public static final class Builder {
    private @Nullable Instant timestamp;
    private Compression compression = Compression.GZIP;

    Builder() {}

    /** Sets the time of everything in the image; null for the real times. */
    public Builder timestamp(@Nullable Instant time) {
      timestamp = time;
      return this;
    }

    public Builder compression(Compression newCompression) {
      compression = newCompression;
      return this;
    }

    LayerOptions build() {
      return new LayerOptions(timestamp, compression);
    }
  }
}
