package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.build.CommandsNeedRoot;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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
        "Builds an image from the instructions of a file and the files of CONTEXT, and keeps it in"
            + " the image store. CONTEXT is a directory (the working directory where none is"
            + " given), a tar archive, plain or compressed (gzip, bzip2, xz, zstd), the address of"
            + " one, the address of a git repository (ADDRESS[#[REF][:DIRECTORY]], with its"
            + " submodules), or - for an archive on standard input. An address and - may give an"
            + " instruction file alone.",
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
    return BuildArguments.options();
  }

  @Override
  public @Nullable String refusal(String option) {
    return RefusedOptions.reason(option);
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    return LogFile.around(arguments, invocation, streams -> build(arguments, streams));
  }

  private static int build(Arguments arguments, Invocation invocation) {
    BuildRequest request = BuildArguments.request(arguments, invocation);
    if (request.inputs().context() instanceof ContextAddress.StandardInput) {
      try (KeptInput kept = KeptInput.of(invocation.in())) {
        return build(request, arguments, invocation.withInput(kept.stream()), kept);
      }
    }
    return build(request, arguments, invocation, null);
  }

  private static int build(
      BuildRequest request, Arguments arguments, Invocation invocation, @Nullable KeptInput kept) {
    if (arguments.flag(OutputArguments.CHECK, false)) {
      Path root = GlobalOptions.root(arguments, invocation);
      return new CheckRun().run(request, root, arguments, invocation);
    }
    ResultFiles files =
        ResultFiles.at(
            arguments.text(OutputArguments.IIDFILE),
            arguments.text(OutputArguments.IIDFILE_RAW),
            arguments.text(OutputArguments.METADATA_FILE));
    Path root = GlobalOptions.root(arguments, invocation);
    AtomicBoolean needsRoot = new AtomicBoolean();
    int status =
        Views.show(
            arguments,
            invocation,
            view -> {
              if (!ImageStore.isAt(root)) {
                // Nothing will be found in a new one, and making layers takes system calls.
                LinuxFiles.loadAhead();
              }
              try (ImageStore store = ImageStore.open(root)) {
                Progress progress = new Progress(view);
                IdleOptions.tell(arguments, progress);
                BuildResult result =
                    new ImageBuilder(store, progress, invocation.environment(), invocation.in())
                        .build(request);
                files.write(result);
                view.built(result);
                return files.hasId() || OutputPlaces.takesStandardOutput(arguments)
                    ? ""
                    : result.imageId().hex();
              } catch (BuildException e) {
                if (!(e instanceof CommandsNeedRoot)
                    && !(e.getCause() instanceof CommandsNeedRoot)) {
                  throw e;
                }
                needsRoot.set(true);
                return "";
              }
            });
    return needsRoot.get() ? OwnNamespace.runAgain(root, input(arguments, request, kept)) : status;
  }

  /** What was read of standard input: a context, an instruction file, credentials, or nothing. */
  private static @Nullable InputStream input(
      Arguments arguments, BuildRequest request, @Nullable KeptInput kept) {
    if (kept != null) {
      return kept.again();
    }
    for (InstructionFile file : request.inputs().files()) {
      if (file instanceof InstructionFile.Inline inline) {
        return new ByteArrayInputStream(inline.text().getBytes(StandardCharsets.UTF_8));
      }
    }
    String credentials = RegistryArguments.standardInput(arguments, request.output().registry());
    return credentials.isEmpty()
        ? null
        : new ByteArrayInputStream(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
