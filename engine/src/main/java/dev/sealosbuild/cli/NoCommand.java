package dev.sealosbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
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
                ? Main.PROGRAM + " version " + version() + "\n"
                : Manual.of(this).text());
    return Main.OK;
  }

  private static String version() {
    try (InputStream in = NoCommand.class.getResourceAsStream("version")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
