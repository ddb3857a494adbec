package dev.sealosbuild.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build} alone: tells its version, or what commands there are. */
final class NoCommand implements Command {
  private static final String VERSION = "--version";

  @Override
  public String name() {
    return "";
  }

  @Override
  public String summary() {
    return "build OCI images and Kubernetes cluster images, without a daemon";
  }

  @Override
  public List<String> description() {
    return List.of(
        "The options below may stand before or after the command. "
            + Main.PROGRAM
            + " COMMAND"
            + " --help tells about a command.");
  }

  @Override
  public String operands() {
    return "COMMAND";
  }

  @Override
  public int maxOperands() {
    return 0;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(Options.flag("Print the version and end.", "-v", VERSION));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    invocation
        .out()
        .print(
            arguments.flag(VERSION, false)
                ? Main.PROGRAM + " version " + Version.number() + "\n"
                : Manual.of(this).text());
    return Main.OK;
  }
}
