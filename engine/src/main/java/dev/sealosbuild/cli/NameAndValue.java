package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code NAME=VALUE}, as many options take it.
 *
 * @param value null where only a name was given
 */
record NameAndValue(String name, @Nullable String value) {

  /**
   * Takes what an option was given apart.
   *
   * @throws BuildException when there is no name before the {@code =}
   */
  static NameAndValue of(String option, String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    if (name.isEmpty()) {
      throw new BuildException(
          option + " \"" + pair + "\" has no name", "write it as " + option + " NAME=VALUE");
    }
    return new NameAndValue(name, equals < 0 ? null : pair.substring(equals + 1));
  }

  String valueOrEmpty() {
    return Objects.requireNonNullElse(value, "");
  }
}
