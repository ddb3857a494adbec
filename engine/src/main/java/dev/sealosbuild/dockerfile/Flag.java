package dev.sealosbuild.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * A flag of an instruction: {@code --name=value} or {@code --name}, quotes resolved, variables not.
 *
 * @param name without the dashes
 * @param value null where there is no {@code =}
 */
public record Flag(String name, @Nullable String value) {}
