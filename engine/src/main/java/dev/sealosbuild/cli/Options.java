package dev.sealosbuild.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** Makes options of the three kinds that there are. */
final class Options {
  private Options() {}

  /** An option with a value; given more than once, the last one counts. */
  static OptionSpec value(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** An option with a value that may be given many times. */
  static OptionSpec values(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  /**
   * An option that is given alone, or with a value after {@code =}; the word that follows it is
   * never its value.
   *
   * @param alone what it means when it is given alone
   */
  static OptionSpec optional(String label, String alone, String description, String... names) {
    return OptionSpec.builder(names)
        .type(String.class)
        .arity("0..1")
        .fallbackValue(alone)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Whether it is one of {@link #optional}. */
  static boolean isOptional(OptionSpec option) {
    return option.type() == String.class && !option.fallbackValue().isEmpty();
  }

  /** An option that is true when given, or what follows it after {@code =}. */
  static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names)
        .type(Boolean.class)
        .arity("0..1")
        .paramLabel("true|false")
        .description(description)
        .build();
  }

  /** Whether it is one of {@link #flag}. */
  static boolean isFlag(OptionSpec option) {
    return option.type() == Boolean.class;
  }
}
