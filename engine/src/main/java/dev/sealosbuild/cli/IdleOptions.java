package dev.sealosbuild.cli;

import dev.sealosbuild.progress.Progress;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of {@code buildah build} that there is nothing to do for, here as there or because of
 * how builds are made here: they are taken, so that scripts go on working, and told of.
 */
final class IdleOptions {
  private static final List<String> NAMES = List.of("--compress", "--disable-content-trust");

  private IdleOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.flag(
            "Has no effect: the context is sent to nobody, so that nothing is to be compressed.",
            "--compress"),
        Options.flag(
            "Has no effect: images are not checked against Docker's content trust, by buildah"
                + " neither.",
            "--disable-content-trust"));
  }

  /** Tells of those that were given. */
  static void tell(Arguments arguments, Progress progress) {
    for (String name : NAMES) {
      if (arguments.has(name)) {
        progress.info(name + " has no effect");
      }
    }
  }
}
