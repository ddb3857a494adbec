package dev.sealosbuild.build;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of an instruction file are executed, and with which arguments.
 *
 * @param arguments values for ARG; a null value takes the variable of the environment of that name
 * @param target name or number of the stage that becomes the image; null for the last
 * @param from the image that the first FROM begins with in place of its own; null for its own
 * @param skipUnused whether stages that the target does not need are left out
 * @param jobs how many stages are executed at the same time, at least 1
 * @param save whether every executed stage becomes an image of the store, without a name
 * @param label whether the stages' images, and the target's, say by labels which stage they are
 */
public record StageOptions(
    Map<String, @Nullable String> arguments,
    @Nullable String target,
    @Nullable String from,
    boolean skipUnused,
    int jobs,
    boolean save,
    boolean label) {
  public StageOptions {
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** Gathers options. */
  public static final class Builder {
    private final Map<String, @Nullable String> arguments = new LinkedHashMap<>();
    private @Nullable String target;
    private @Nullable String from;
    private boolean skipUnused = true;
    private int jobs = 1;
    private boolean save;
    private boolean label;

    Builder() {}

    /** Sets a build argument; null takes the value from the environment. */
    public Builder buildArg(String name, @Nullable String value) {
      arguments.put(name, value);
      return this;
    }

    /** Names the stage that becomes the image, or says its number; null for the last. */
    public Builder target(@Nullable String stage) {
      target = stage;
      return this;
    }

    /** Names the image that the first FROM begins with in place of its own. */
    public Builder from(@Nullable String image) {
      from = image;
      return this;
    }

    public Builder skipUnused(boolean whether) {
      skipUnused = whether;
      return this;
    }

    /** How many stages are executed at the same time; 0 for as many as there are. */
    public Builder jobs(int count) {
      jobs = count == 0 ? Integer.MAX_VALUE : count;
      return this;
    }

    /** Whether every executed stage becomes an image of the store, without a name. */
    public Builder save(boolean whether) {
      save = whether;
      return this;
    }

    /** Whether the stages' images, and the target's, say by labels which stage they are. */
    public Builder label(boolean whether) {
      label = whether;
      return this;
    }

    StageOptions build() {
      return new StageOptions(arguments, target, from, skipUnused, jobs, save, label);
    }
  }
}
