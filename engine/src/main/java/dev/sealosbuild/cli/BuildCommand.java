package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build build}. */
final class BuildCommand implements Command {

  @Override
  public String name() {
    return "build";
  }

  @Override
  public String summary() {
    return "build an image from a Sealfile, Kubefile, Dockerfile or Containerfile";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Builds an image from the instructions of a file and the files of CONTEXT, a directory (the"
            + " working directory where none is given), and keeps it in the image store.",
        "Prints the image's ID, the digest of its configuration, on standard output, without"
            + " sha256: as buildah does; everything else goes to standard error. Ends with 0, or"
            + " with 125 when the image could not be built.");
  }

  @Override
  public String operands() {
    return "[CONTEXT]";
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return BuildOptions.all();
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    LogLevel level = LogLevel.of(arguments.text(GlobalOptions.LOG_LEVEL));
    BuildRequest request = BuildArguments.request(arguments, invocation);
    ResultFiles files =
        ResultFiles.at(
            arguments.text(BuildOptions.IIDFILE), arguments.text(BuildOptions.METADATA_FILE));
    Path root = GlobalOptions.root(arguments, invocation);
    try (View view = view(arguments, level, invocation)) {
      try (ImageStore store = ImageStore.open(root)) {
        BuildResult result = new ImageBuilder(store, new Progress(view)).build(request);
        files.write(result);
        view.built(result);
        if (arguments.text(BuildOptions.IIDFILE) == null) {
          invocation.out().println(result.imageId().hex());
        }
        return Main.OK;
      } catch (BuildException e) {
        if (view.failed(e)) {
          return Main.FAILED;
        }
        throw e;
      }
    }
  }

  private static View view(Arguments arguments, LogLevel level, Invocation invocation) {
    String kind = arguments.text(BuildOptions.PROGRESS);
    if (kind != null && !BuildOptions.VIEWS.contains(kind)) {
      throw new BuildException(
          "--progress is \"" + kind + "\"", "it takes auto, tty, plain or json");
    }
    if (arguments.flag(BuildOptions.QUIET, false)) {
      return new QuietView(invocation.err(), level);
    }
    return switch (kind == null ? "auto" : kind) {
      case "json" -> new JsonView(invocation.err(), level);
      case "tty" -> TerminalView.on(invocation, level);
      case "plain" -> new PlainView(invocation.err(), level);
      default -> {
        Screen screen = invocation.screen();
        yield screen != null && screen.redraws()
            ? TerminalView.on(invocation, level)
            : new PlainView(invocation.err(), level);
      }
    };
  }
}
