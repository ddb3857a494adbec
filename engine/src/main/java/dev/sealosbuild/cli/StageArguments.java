package dev.sealosbuild.cli;

import dev.sealosbuild.build.StageOptions;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what is executed, and with which arguments. */
final class StageArguments {
  private static final String BUILD_ARG = "--build-arg";

  private StageArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.values(
            "NAME[=VALUE]",
            "Give the ARG of that name a value; without =VALUE, that of the environment variable"
                + " NAME.",
            BUILD_ARG));
  }

  static void read(Arguments arguments, StageOptions.Builder stages) {
    for (String text : arguments.texts(BUILD_ARG)) {
      NameAndValue pair = NameAndValue.of(BUILD_ARG, text);
      stages.buildArg(pair.name(), pair.value());
    }
  }
}
