package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that every command has; they may also stand before the command. */
final class GlobalOptions {
  static final String ROOT = "--root";
  static final String LOG_LEVEL = "--log-level";
  static final String HELP = "--help";

  static final List<String> TAKE_A_VALUE =
      List.of(ROOT, LOG_LEVEL, SignatureArguments.REGISTRIES_D);

  private GlobalOptions() {}

  static List<OptionSpec> all() {
    return List.of(
        Options.value(
            "DIR",
            "Keep images, the build cache and temporary files in DIR. Default: the variable"
                + " SEALOS_BUILD_ROOT, else /var/lib/sealos-build for root and"
                + " ${XDG_DATA_HOME:-~/.local/share}/sealos-build for others.",
            ROOT),
        Options.value(
            "LEVEL",
            "Tell messages of this level and above: trace, debug, info (the default), warn or"
                + " error. With trace and debug, a failure comes with its stack trace.",
            LOG_LEVEL),
        SignatureArguments.registriesDirectory(),
        Options.flag("Print this help and end.", "-h", HELP));
  }

  /** The directory of the image store. */
  static Path root(Arguments arguments, Invocation invocation) {
    String given = arguments.text(ROOT);
    if (given != null && given.isEmpty()) {
      throw new BuildException(ROOT + " is empty", "give it a directory");
    }
    @Nullable String root = given == null ? invocation.variable("SEALOS_BUILD_ROOT") : given;
    if (root != null) {
      return Path.of(root).toAbsolutePath();
    }
    if (System.getProperty("user.name").equals("root")) {
      return Path.of("/var/lib/sealos-build");
    }
    String shared = invocation.variable("XDG_DATA_HOME");
    // The specification has relative paths ignored.
    if (shared != null && Path.of(shared).isAbsolute()) {
      return Path.of(shared, "sealos-build");
    }
    String home = invocation.variable("HOME");
    return Path.of(
        home == null ? System.getProperty("user.home") : home, ".local/share/sealos-build");
  }
}
