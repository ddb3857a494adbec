package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.transfer.PullPolicy;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Model.OptionSpec;

/** The option that says when a registry is asked for an image. */
final class PullArguments {
  private static final String PULL = "--pull";

  private PullArguments() {}

  static OptionSpec option() {
    return Options.optional(
        "POLICY",
        "true",
        "When to ask a registry for an image: missing or false, where the store has none (the"
            + " default); ifnewer or true, always, but the store's will do where the registry"
            + " cannot be reached; always; never.",
        PULL);
  }

  static PullPolicy read(Arguments arguments) {
    String text = Objects.requireNonNullElse(arguments.text(PULL), "missing");
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "missing", "ifmissing", "false" -> PullPolicy.IF_MISSING;
      case "ifnewer", "newer", "true" -> PullPolicy.IF_NEWER;
      case "always" -> PullPolicy.ALWAYS;
      case "never" -> PullPolicy.NEVER;
      default ->
          throw new BuildException(
              "option --pull is given \"" + text + "\"",
              "it takes missing, ifnewer, always, never, true or false");
    };
  }
}
