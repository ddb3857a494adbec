package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.transfer.ImageLoad;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build load}. */
final class LoadCommand implements Command {
  private static final String INPUT = "--input";

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String summary() {
    return "bring the images of an archive or a folder into the store";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reads what save, docker save, podman save or skopeo copy wrote: an archive in OCI's or"
            + " Docker's form, also a compressed one (gzip, zstd, xz, bzip2), or a folder. Brings"
            + " all of its images into the store under the names that they have there, and prints"
            + " these. Every digest is checked.");
  }

  @Override
  public String operands() {
    return "";
  }

  @Override
  public int maxOperands() {
    return 0;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.value(
            "FILE|DIR", "Read FILE or DIR. Default: an archive on standard input.", "-i", INPUT));
    options.addAll(Views.options());
    options.add(SignatureArguments.policy());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    @Nullable Path input = arguments.path(INPUT);
    RegistryOptions signatures =
        RegistryOptions.DEFAULT
            .withEnvironment(invocation.environment())
            .withFiles(RegistryArguments.files(arguments));
    return Transfers.run(
        arguments,
        invocation,
        signatures,
        PullPolicy.NEVER,
        transfer -> load(input, invocation.in(), transfer));
  }

  private static String load(@Nullable Path path, InputStream in, ImageTransfer transfer) {
    ImageStore store = transfer.store();
    Path file = path == null ? spooled(in, store) : path;
    StringBuilder told = new StringBuilder();
    for (ImageLoad.Loaded loaded : new ImageLoad(transfer).loadAll(file)) {
      store.add(loaded.image(), loaded.names());
      for (ImageReference name : loaded.names()) {
        tell(told, name.toString());
      }
      if (loaded.names().isEmpty()) {
        tell(told, "sha256:" + store.imageId(loaded.image()));
      }
    }
    return told.toString();
  }

  private static void tell(StringBuilder told, String name) {
    told.append(told.isEmpty() ? "" : "\n").append("Loaded image: ").append(name);
  }

  /** An archive is read here and there, which standard input cannot be. */
  private static Path spooled(InputStream in, ImageStore store) {
    try {
      Path file = store.temporary().newPath();
      if (Files.copy(in, file) == 0) {
        throw new BuildException(
            "standard input is empty", "name an archive by --input FILE, or give one by <FILE");
      }
      return file;
    } catch (IOException e) {
      throw StoreFailure.of("keeping what standard input gives", e);
    }
  }
}
