package dev.sealosbuild.cli;

import dev.sealosbuild.build.CacheOptions;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what is taken from earlier builds. */
final class CacheArguments {
  private static final String NO_CACHE = "--no-cache";

  private CacheArguments() {}

  static List<OptionSpec> options() {
    return List.of(Options.flag("Do not use the results of earlier builds.", NO_CACHE));
  }

  static void read(Arguments arguments, CacheOptions.Builder cache) {
    cache.readable(!arguments.flag(NO_CACHE, false));
  }
}
