package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageSave;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build save}. */
final class SaveCommand implements Command {
  private static final String OUTPUT = "--output";
  private static final String FORMAT = "--format";
  private static final String MULTI = "--multi-image-archive";

  @Override
  public String name() {
    return "save";
  }

  @Override
  public String summary() {
    return "write images of the store into an archive or a folder";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Writes each IMAGE, a name or the beginning of an ID, with that name into one archive or"
            + " folder, which load reads. The same images give the same archive. An index is"
            + " written with all of its images, in Docker's formats with that of this machine"
            + " alone. What the store lacks of an image is fetched first.");
  }

  @Override
  public String operands() {
    return "IMAGE...";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.value(
            "FILE|DIR",
            "Write to FILE, in place of what is there, or into DIR. Default: an archive to"
                + " standard output.",
            "-o",
            OUTPUT));
    options.add(
        Options.value(
            "FORMAT",
            "oci-archive (the default), docker-archive, oci-dir or docker-dir, which holds one"
                + " image.",
            FORMAT));
    options.add(
        Options.flag(
            "Take several names for several images. Without it they must be names of one.",
            "-m",
            MULTI));
    options.addAll(Views.options());
    options.addAll(RegistryArguments.all());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    ImageSave.Format format = format(arguments.text(FORMAT));
    @Nullable Path output = arguments.path(OUTPUT);
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    return Transfers.run(
        arguments,
        invocation,
        registry,
        PullPolicy.IF_MISSING,
        transfer -> {
          List<ImageSave.Named> images = images(arguments, transfer);
          ImageSave save = new ImageSave(transfer);
          if (output == null) {
            save.saveAll(images, Channels.newChannel(invocation.out()), format);
          } else {
            save.saveAll(images, output.toAbsolutePath(), format);
          }
          return "";
        });
  }

  private static List<ImageSave.Named> images(Arguments arguments, ImageTransfer transfer) {
    ImageStore store = transfer.store();
    Map<Descriptor, List<ImageReference>> named = new LinkedHashMap<>();
    for (String typed : arguments.operands()) {
      Descriptor image = store.require(typed);
      List<ImageReference> names = named.computeIfAbsent(image, absent -> new ArrayList<>());
      @Nullable ImageReference name = StoreNames.typed(typed, image, store);
      if (name != null) {
        names.add(name);
      }
      transfer.complete(StoreNames.typedFirst(typed, image, store), image);
    }
    if (named.size() > 1 && !arguments.flag(MULTI, false)) {
      throw new BuildException(
          "save is given " + named.size() + " different images",
          "give " + MULTI + " as well to write them into one archive");
    }
    List<ImageSave.Named> images = new ArrayList<>();
    named.forEach((image, names) -> images.add(new ImageSave.Named(image, names)));
    return images;
  }

  private static ImageSave.Format format(@Nullable String text) {
    return switch (Objects.requireNonNullElse(text, "oci-archive")) {
      case "oci-archive" -> ImageSave.Format.OCI_ARCHIVE;
      case "docker-archive" -> ImageSave.Format.DOCKER_ARCHIVE;
      case "oci-dir" -> ImageSave.Format.OCI_DIRECTORY;
      case "docker-dir" -> ImageSave.Format.DOCKER_DIRECTORY;
      default ->
          throw new BuildException(
              FORMAT + " is \"" + text + "\"",
              "it takes oci-archive, docker-archive, oci-dir or docker-dir");
    };
  }
}
