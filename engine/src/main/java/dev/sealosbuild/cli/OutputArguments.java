package dev.sealosbuild.cli;

import dev.sealosbuild.build.Output;
import dev.sealosbuild.build.OutputOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say where an image goes, and what is told of it. */
final class OutputArguments {
  static final String IIDFILE = "--iidfile";
  static final String IIDFILE_RAW = "--iidfile-raw";
  static final String METADATA_FILE = "--metadata-file";
  static final String CHECK = "--check";
  private static final String TAG = "--tag";
  private static final String MANIFEST = "--manifest";
  private static final String PUSH = "--push";

  private OutputArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.values(
            "IMAGE",
            "Name the image, as registry/repository[:tag]; may be given many times. A name without"
                + " a registry is docker.io's, one without a tag gets latest.",
            "-t",
            TAG),
        Options.value(
            "NAME",
            "Add the image to the manifest list (index) NAME of the store, which is made where it"
                + " is missing, in place of what it has for the same platform; with --push, push"
                + " the list.",
            MANIFEST),
        Options.value(
            "FILE",
            "Write the image's ID (sha256: and 64 digits, without a line's end) to FILE instead of"
                + " standard output.",
            IIDFILE),
        Options.value("FILE", "As --iidfile, without sha256:.", IIDFILE_RAW, "--raw-iidfile"),
        Options.value(
            "FILE",
            "Write a JSON object about the image to FILE, with BuildKit's keys:"
                + " containerimage.config.digest, containerimage.descriptor, containerimage.digest"
                + " and image.name; with vcs.revision, the commit that the context was; and with"
                + " sealosbuild.images (for each platform its platform, digest, config.digest,"
                + " size, and layers, each with instruction, size, digest, cached and seconds),"
                + " sealosbuild.bases (name, platform and digest of each image that something was"
                + " taken from) and sealosbuild.pushed (names).",
            METADATA_FILE),
        Options.flag("Push the image to the registry of each of its names.", PUSH),
        OutputPlaces.option(),
        Options.flag(
            "Build nothing: check the instruction file against the rules that BuildKit's checks"
                + " have, and print what is found on standard output, as JSON with --progress"
                + " json. Ends with 1 where something is found. A file says by # check=skip=RULE"
                + " which rules do not count, and by # check=error=true that they fail a build.",
            CHECK));
  }

  static void read(Arguments arguments, Invocation invocation, OutputOptions.Builder output) {
    for (String tag : arguments.texts(TAG)) {
      ImageReference reference = ImageReference.parse(tag);
      if (reference.digest() != null) {
        throw new BuildException(
            "--tag " + tag + " has a digest", "an image's digest is known when it is built");
      }
      output.tag(reference);
    }
    boolean push = arguments.flag(PUSH, false);
    String manifest = arguments.text(MANIFEST);
    output.manifest(manifest == null ? null : ImageReference.parse(manifest));
    if (push && manifest == null && arguments.texts(TAG).isEmpty()) {
      throw new BuildException(
          "--push is given without a name to push to",
          "name the image with --tag registry/repository:tag");
    }
    for (Output place : OutputPlaces.read(arguments, invocation)) {
      output.output(place);
    }
    output.push(push).registry(RegistryArguments.read(arguments, invocation));
  }
}
