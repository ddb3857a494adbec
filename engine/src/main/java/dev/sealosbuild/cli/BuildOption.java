package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option of {@code sealos-build build}, for programs that offer the options under names of their
 * own, such as a pipeline's step.
 *
 * @param name the long name, such as {@code --build-arg}
 * @param kind what may follow it
 * @param label what its value is, such as {@code NAME[=VALUE]}
 * @param help what it does, as {@code --help} says it
 */
public record BuildOption(String name, Kind kind, String label, String help) {

  /** What an option takes. */
  public enum Kind {
    /** Nothing, true or false; to be written {@code --name=true}. */
    FLAG,
    /** One value; to be written {@code --name=VALUE}. */
    VALUE,
    /** A value each time that it is given. */
    LIST
  }

  /** All, in the order of the manual. */
  public static List<BuildOption> all() {
    List<BuildOption> all = new ArrayList<>();
    for (OptionSpec spec : BuildArguments.options()) {
      all.add(
          new BuildOption(
              spec.longestName(),
              kind(spec),
              spec.paramLabel(),
              String.join(" ", spec.description())));
    }
    return all;
  }

  private static Kind kind(OptionSpec spec) {
    if (Options.isFlag(spec)) {
      return Kind.FLAG;
    }
    return spec.type() == List.class ? Kind.LIST : Kind.VALUE;
  }
}
