package dev.sealosbuild.build;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an image goes.
 *
 * @param tags names that it gets in the store and, with {@code push}, in their registries
 * @param manifest the name of the index of the store that the image is added to; null for none
 * @param push whether it is pushed to every tag, and the index to its name
 * @param outputs further places that the image, or its files, go to
 * @param release how what is pushed is vouched for
 * @param registry how registries are talked to, for bases as well
 */
public record OutputOptions(
    List<ImageReference> tags,
    @Nullable ImageReference manifest,
    boolean push,
    List<Output> outputs,
    ReleaseOptions release,
    RegistryOptions registry) {
  public OutputOptions {
    outputs = List.copyOf(outputs);
    tags = List.copyOf(tags);
  }

  /** Gathers options. */
  public static final class Builder {
    private final List<ImageReference> tags = new ArrayList<>();
    private @Nullable ImageReference manifest;
    private boolean push;
    private final List<Output> outputs = new ArrayList<>();
    private ReleaseOptions release = ReleaseOptions.NONE;
    private RegistryOptions registry = RegistryOptions.DEFAULT;

    Builder() {}

    /** Adds a name, such as {@code registry.example.com/apps/shop:1.2}. */
    public Builder tag(ImageReference tag) {
      tags.add(tag);
      return this;
    }

    /** Names the index of the store that the image is added to; null for none. */
    public Builder manifest(@Nullable ImageReference name) {
      manifest = name;
      return this;
    }

    public Builder push(boolean whether) {
      push = whether;
      return this;
    }

    /** Adds a place that the image, or its files, go to. */
    public Builder output(Output output) {
      outputs.add(output);
      return this;
    }

    /** Says how what is pushed is vouched for; not at all, by default. */
    public Builder release(ReleaseOptions options) {
      release = options;
      return this;
    }

    public Builder registry(RegistryOptions options) {
      registry = options;
      return this;
    }

    /** Whether something is pushed to a registry. */
    public boolean pushes() {
      return push || outputs.stream().anyMatch(Output::push);
    }

    OutputOptions build() {
      return new OutputOptions(tags, manifest, push, outputs, release, registry);
    }
  }
}
