package dev.sealosbuild.build;

import dev.sealosbuild.image.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image says of itself, beside what its instructions make it say.
 *
 * @param format of manifest and configuration
 * @param platform that the image is for
 * @param environment variables set in the finished image, over those of the file; a null value
 *     takes the variable of the environment of that name
 * @param labels of the image's configuration
 * @param annotations of the image's manifest
 */
public record ImageOptions(
    ImageFormat format,
    Platform platform,
    Map<String, @Nullable String> environment,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public ImageOptions {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /** Gathers options. */
  public static final class Builder {
    private ImageFormat format = ImageFormat.OCI;
    private Platform platform = Platform.ofThisMachine();
    private final Map<String, @Nullable String> environment = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();

    Builder() {}

    public Builder format(ImageFormat newFormat) {
      format = newFormat;
      return this;
    }

    public Builder platform(Platform newPlatform) {
      platform = newPlatform;
      return this;
    }

    /** Sets a variable of the image; null takes the value from the environment. */
    public Builder environment(String name, @Nullable String value) {
      environment.put(name, value);
      return this;
    }

    /** Sets a label. */
    public Builder label(String name, String value) {
      labels.put(name, value);
      return this;
    }

    /** Sets an annotation of the manifest. */
    public Builder annotation(String name, String value) {
      annotations.put(name, value);
      return this;
    }

    ImageOptions build() {
      return new ImageOptions(format, platform, environment, labels, annotations);
    }
  }
}
