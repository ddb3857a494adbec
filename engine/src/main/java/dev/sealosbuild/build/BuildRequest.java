package dev.sealosbuild.build;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.registry.RegistryOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to build. Made by {@link #of(Path)} and the builder's methods, which are named for the
 * options of {@code sealos build}.
 *
 * @param context directory that COPY reads
 * @param files instruction files, joined in this order; empty to find one in the context
 * @param tags names that the image gets in the store and, with {@code push}, in their registries
 * @param buildArgs values for ARG; a null value takes the variable of the environment of that name
 * @param environment variables set in the finished image, over those of the file; null as above
 * @param labels of the image's configuration
 * @param annotations of the image's manifest
 * @param timestamp the time of everything in the image; null for the time of the build and of each
 *     file
 * @param format of manifest and configuration
 * @param compress whether layers are compressed
 * @param cache whether the results of earlier builds may be used
 * @param platform that the image is for
 * @param push whether the image is pushed to every tag
 * @param registry how registries are talked to
 */
public record BuildRequest(
    Path context,
    List<InstructionFile> files,
    List<ImageReference> tags,
    Map<String, @Nullable String> buildArgs,
    Map<String, @Nullable String> environment,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable Instant timestamp,
    ImageFormat format,
    boolean compress,
    boolean cache,
    Platform platform,
    boolean push,
    RegistryOptions registry) {

  public BuildRequest {
    files = List.copyOf(files);
    tags = List.copyOf(tags);
    buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /** A request to build this directory, everything else as {@code sealos build} has it. */
  public static Builder of(Path context) {
    return new Builder(context);
  }

  /** Gathers a request. */
  public static final class Builder {
    private final Path context;
    private final List<InstructionFile> files = new ArrayList<>();
    private final List<ImageReference> tags = new ArrayList<>();
    private final Map<String, @Nullable String> buildArgs = new LinkedHashMap<>();
    private final Map<String, @Nullable String> environment = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private @Nullable Instant timestamp;
    private ImageFormat format = ImageFormat.OCI;
    private boolean compress = true;
    private boolean cache = true;
    private Platform platform = Platform.ofThisMachine();
    private boolean push;
    private RegistryOptions registry = RegistryOptions.DEFAULT;

    private Builder(Path context) {
      this.context = context;
    }

    /** Adds an instruction file; several are joined. */
    public Builder file(InstructionFile file) {
      files.add(file);
      return this;
    }

    /** Adds a name, such as {@code registry.example.com/apps/shop:1.2}. */
    public Builder tag(ImageReference tag) {
      tags.add(tag);
      return this;
    }

    /** Sets a build argument; null takes the value from the environment. */
    public Builder buildArg(String name, @Nullable String value) {
      buildArgs.put(name, value);
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

    /** Sets the time of everything in the image, in whole seconds; null for the real times. */
    public Builder timestamp(@Nullable Instant time) {
      timestamp = time;
      return this;
    }

    public Builder format(ImageFormat newFormat) {
      format = newFormat;
      return this;
    }

    public Builder compress(boolean whether) {
      compress = whether;
      return this;
    }

    public Builder cache(boolean whether) {
      cache = whether;
      return this;
    }

    public Builder platform(Platform newPlatform) {
      platform = newPlatform;
      return this;
    }

    public Builder push(boolean whether) {
      push = whether;
      return this;
    }

    public Builder registry(RegistryOptions options) {
      registry = options;
      return this;
    }

    public BuildRequest build() {
      return new BuildRequest(
          context,
          files,
          tags,
          buildArgs,
          environment,
          labels,
          annotations,
          timestamp,
          format,
          compress,
          cache,
          platform,
          push,
          registry);
    }
  }
}
