package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.OptionSpec;

/** The options of the engine's {@code build}, for tests of what stands for them. */
public final class EngineOptions {
  private EngineOptions() {}

  /** What a parameter must know of an option. */
  public record Option(String name, boolean flag, boolean many, String label, String description) {}

  /** In the order of the manual. */
  public static List<Option> ofBuild() {
    List<Option> options = new ArrayList<>();
    for (OptionSpec spec : Objects.requireNonNull(Commands.named("build")).options()) {
      options.add(
          new Option(
              spec.longestName(),
              Options.isFlag(spec),
              spec.type() == List.class,
              spec.paramLabel(),
              String.join(" ", spec.description())));
    }
    return options;
  }
}
