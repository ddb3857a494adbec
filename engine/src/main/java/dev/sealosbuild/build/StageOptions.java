package dev.sealosbuild.build;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of an instruction file are executed, and with which arguments.
 *
 * @param arguments values for ARG; a null value takes the variable of the environment of that name
 */
public record StageOptions(Map<String, @Nullable String> arguments) {
  public StageOptions {
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** Gathers options. */
  public static final class Builder {
    private final Map<String, @Nullable String> arguments = new LinkedHashMap<>();

    Builder() {}

    /** Sets a build argument; null takes the value from the environment. */
    public Builder buildArg(String name, @Nullable String value) {
      arguments.put(name, value);
      return this;
    }

    StageOptions build() {
      return new StageOptions(arguments);
    }
  }
}
