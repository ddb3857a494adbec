package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@code sealos-build build}, with buildah's names and meanings. */
final class BuildOptions {
  static final String TAG = "--tag";
  static final String FILE = "--file";
  static final String BUILD_ARG = "--build-arg";
  static final String ENV = "--env";
  static final String LABEL = "--label";
  static final String ANNOTATION = "--annotation";
  static final String TIMESTAMP = "--timestamp";
  static final String FORMAT = "--format";
  static final String DISABLE_COMPRESSION = "--disable-compression";
  static final String NO_CACHE = "--no-cache";
  static final String IIDFILE = "--iidfile";
  static final String METADATA_FILE = "--metadata-file";
  static final String PUSH = "--push";

  private BuildOptions() {}

  /** In the order of the manual. */
  static List<OptionSpec> all() {
    List<OptionSpec> all = new ArrayList<>();
    all.addAll(inputs());
    all.addAll(content());
    all.addAll(results());
    all.addAll(Views.options());
    all.addAll(RegistryArguments.all());
    return all;
  }

  private static List<OptionSpec> inputs() {
    return List.of(
        Options.values(
            "IMAGE",
            "Name the image, as registry/repository[:tag]; may be given many times. A name without"
                + " a registry is docker.io's, one without a tag gets latest.",
            "-t",
            TAG),
        Options.values(
            "FILE",
            "Read the instructions from FILE: a path (of the working directory, else of the"
                + " context), an http or https URL, or - for standard input. Given many times, the"
                + " files are joined. Default: Sealfile, Kubefile, Dockerfile or Containerfile in"
                + " the context, the first that is there.",
            "-f",
            FILE),
        Options.values(
            "NAME[=VALUE]",
            "Give the ARG of that name a value; without =VALUE, that of the environment variable"
                + " NAME.",
            BUILD_ARG),
        Options.values(
            "NAME[=VALUE]",
            "Set an environment variable of the finished image, over what ENV says. Without =VALUE,"
                + " it is taken from the environment; where it is not set there, nothing is set.",
            ENV),
        Options.flag("Do not use the results of earlier builds.", NO_CACHE));
  }

  private static List<OptionSpec> content() {
    return List.of(
        Options.values(
            "NAME[=VALUE]", "Set a label of the image. Without =VALUE, it is empty.", LABEL),
        Options.values(
            "NAME[=VALUE]",
            "Set an annotation of the image's manifest. Without =VALUE, it is empty. Docker's"
                + " format has none.",
            ANNOTATION),
        Options.value(
            "SECONDS",
            "Let everything in the image be of this time, in seconds since 1970-01-01 00:00:00 UTC:"
                + " the image's creation, its history and the files of its layers. The same inputs"
                + " then give the same digest. Default: the variable SOURCE_DATE_EPOCH, else the"
                + " time of the build and of each file.",
            TIMESTAMP),
        Options.value(
            "oci|docker",
            "Write manifest and configuration in OCI's format (the default) or in Docker's.",
            FORMAT),
        Options.flag(
            "Do not compress the layers. Default: false. What does not become smaller is never"
                + " compressed.",
            "-D",
            DISABLE_COMPRESSION));
  }

  private static List<OptionSpec> results() {
    return List.of(
        Options.value(
            "FILE",
            "Write the image's ID (sha256: and 64 digits, without a line's end) to FILE instead of"
                + " standard output.",
            IIDFILE),
        Options.value(
            "FILE",
            "Write a JSON object about the image to FILE, with BuildKit's keys:"
                + " containerimage.config.digest, containerimage.descriptor, containerimage.digest"
                + " and image.name.",
            METADATA_FILE),
        Options.flag("Push the image to the registry of each of its names.", PUSH));
  }
}
