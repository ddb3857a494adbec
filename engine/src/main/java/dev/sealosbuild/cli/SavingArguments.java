package dev.sealosbuild.cli;

import dev.sealosbuild.build.SavingOptions;
import dev.sealosbuild.cluster.SaveOptions;
import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say which images are carried along for a cluster, and how. */
final class SavingArguments {
  private static final String SAVE_IMAGE = "--save-image";
  private static final String MAX_PULL_PROCS = "--max-pull-procs";
  private static final String ALL = "--all";
  private static final String LOCK = "--save-image-lock";
  private static final String UPDATE_LOCK = "--update-lock";

  private SavingArguments() {}

  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.flag(
            "Save the images that images/shim, images/skopeo/tar.txt, manifests and charts of the"
                + " context name, for COPY registry registry. Default: true.",
            SAVE_IMAGE));
    options.addAll(DiscoveryArguments.options());
    options.addAll(transfer());
    options.add(
        Options.value(
            "FILE",
            "Save the images that have the digests of FILE, and write to FILE which digests were"
                + " saved.",
            LOCK));
    options.add(
        Options.flag(
            "Let the digests of --save-image-lock not count: write them anew.", UPDATE_LOCK));
    return options;
  }

  /** Those that say how images are fetched. */
  static List<OptionSpec> transfer() {
    return List.of(
        Options.value(
            "NUMBER", "Save so many images at the same time. Default: 5.", MAX_PULL_PROCS),
        Options.flag(
            "Save the images of all platforms, and not only of those that are built for.", ALL));
  }

  static void read(Arguments arguments, SavingOptions.Builder saving) {
    readDiscovery(arguments, saving);
    saving.save(arguments.flag(SAVE_IMAGE, true));
    saving.transfer(
        new SaveOptions(
            parallel(arguments),
            arguments.flag(ALL, false),
            lock(arguments),
            arguments.flag(UPDATE_LOCK, false)));
  }

  /** What is said of the search alone. */
  static void readDiscovery(Arguments arguments, SavingOptions.Builder saving) {
    saving
        .probable(DiscoveryArguments.probable(arguments))
        .lenient(DiscoveryArguments.lenient(arguments))
        .kubeVersion(DiscoveryArguments.kubeVersion(arguments));
    DiscoveryArguments.apiVersions(arguments).forEach(saving::apiVersion);
  }

  /**
   * @param all whether the images of all platforms are wanted in any case
   */
  static SaveOptions readTransfer(Arguments arguments, boolean all) {
    return new SaveOptions(parallel(arguments), all || arguments.flag(ALL, false), null, false);
  }

  private static int parallel(Arguments arguments) {
    int parallel = arguments.number(MAX_PULL_PROCS, SaveOptions.DEFAULT.parallel());
    if (parallel < 1 || parallel > 64) {
      throw new BuildException(
          MAX_PULL_PROCS + " is " + parallel, "it takes a number between 1 and 64");
    }
    return parallel;
  }

  private static @Nullable Path lock(Arguments arguments) {
    Path file = arguments.path(LOCK);
    if (file == null && arguments.flag(UPDATE_LOCK, false)) {
      throw new BuildException(
          UPDATE_LOCK + " is given without " + LOCK, "name the file to write by " + LOCK);
    }
    return file;
  }
}
