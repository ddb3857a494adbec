package dev.sealosbuild.build;

import dev.sealosbuild.cache.CacheOptions;
import dev.sealosbuild.context.ContextAddress;
import java.nio.file.Path;

/**
 * What to build, by subject. Made by {@link #of(Path)}; what each subject offers is named for the
 * options of {@code sealos build}.
 *
 * @param inputs what is read: the instructions and the files
 * @param stages which parts of the instructions are executed, and with which arguments
 * @param image what the image says of itself
 * @param layers how its layers are made
 * @param saving which images are carried along for a cluster
 * @param commands how RUN runs its commands
 * @param cache what is taken from earlier builds
 * @param output where the image goes
 */
public record BuildRequest(
    Inputs inputs,
    StageOptions stages,
    ImageOptions image,
    LayerOptions layers,
    SavingOptions saving,
    CommandOptions commands,
    CacheOptions cache,
    OutputOptions output) {

  /** A request to build this directory, everything else as {@code sealos build} has it. */
  public static Builder of(Path context) {
    return of(new ContextAddress.Local(context));
  }

  /** A request to build what is at this address, which is no image. */
  public static Builder of(ContextAddress context) {
    return new Builder(context);
  }

  /** Gathers a request, subject by subject. */
  public static final class Builder {
    private final Inputs.Builder inputs;
    private final StageOptions.Builder stages = new StageOptions.Builder();
    private final ImageOptions.Builder image = new ImageOptions.Builder();
    private final LayerOptions.Builder layers = new LayerOptions.Builder();
    private final SavingOptions.Builder saving = new SavingOptions.Builder();
    private final CommandOptions.Builder commands = new CommandOptions.Builder();
    private final CacheOptions.Builder cache = new CacheOptions.Builder();
    private final OutputOptions.Builder output = new OutputOptions.Builder();

    private Builder(ContextAddress context) {
      this.inputs = new Inputs.Builder(context);
    }

    public Inputs.Builder inputs() {
      return inputs;
    }

    public StageOptions.Builder stages() {
      return stages;
    }

    public ImageOptions.Builder image() {
      return image;
    }

    public LayerOptions.Builder layers() {
      return layers;
    }

    public SavingOptions.Builder saving() {
      return saving;
    }

    public CommandOptions.Builder commands() {
      return commands;
    }

    public CacheOptions.Builder cache() {
      return cache;
    }

    public OutputOptions.Builder output() {
      return output;
    }

    public BuildRequest build() {
      return new BuildRequest(
          inputs.build(),
          stages.build(),
          image.build(),
          layers.build(),
          saving.build(),
          commands.build(),
          cache.build(),
          output.build());
    }
  }
}
