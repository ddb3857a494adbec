package dev.sealosbuild.cli;

import dev.sealosbuild.cluster.RegistryFolder;
import dev.sealosbuild.cluster.RegistryServer;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.Progress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build registry serve}. */
final class RegistryServeCommand implements Command {
  private static final String ADDRESS = "--addr";
  private static final String DEFAULT_ADDRESS = "127.0.0.1:5000";

  @Override
  public String name() {
    return "registry serve";
  }

  @Override
  public String summary() {
    return "serve a folder that registry save wrote, for trying it out";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Serves the folder DIR, which registry save or a build with --save-image wrote, over the"
            + " distribution protocol, for reading only and without TLS, until it is interrupted.");
  }

  @Override
  public String operands() {
    return "DIR";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        Options.value(
            "HOST:PORT",
            "Listen on this address; port 0 takes any that is free. Default: "
                + DEFAULT_ADDRESS
                + ".",
            ADDRESS));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    Path folder = Path.of(arguments.operands().get(0));
    if (!Files.isDirectory(folder.resolve("docker/registry/v2"))) {
      throw new BuildException(
          folder + " has no docker/registry/v2 in it", "give a folder that registry save wrote");
    }
    InetSocketAddress address =
        address(Objects.requireNonNullElse(arguments.text(ADDRESS), DEFAULT_ADDRESS));
    LogLevel level = LogLevel.of(arguments.text(GlobalOptions.LOG_LEVEL));
    try (PlainView view = new PlainView(invocation.err(), level);
        RegistryServer server =
            new RegistryServer(new RegistryFolder(folder), address, new Progress(view))) {
      invocation.out().println("serving on " + address.getHostString() + ":" + server.port());
      invocation.out().flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Main.OK;
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) < 65536) {
      return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(port));
    }
    throw new BuildException(
        ADDRESS + " is \"" + text + "\"", "write it as HOST:PORT, such as " + DEFAULT_ADDRESS);
  }
}
