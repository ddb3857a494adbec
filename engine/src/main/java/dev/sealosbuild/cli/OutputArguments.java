package dev.sealosbuild.cli;

import dev.sealosbuild.build.Output;
import dev.sealosbuild.build.OutputOptions;
import dev.sealosbuild.build.ReleaseOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.signing.RegistriesDirectory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say where an image goes, and what is told of it. */
final class OutputArguments {
  static final String IIDFILE = "--iidfile";
  static final String IIDFILE_RAW = "--iidfile-raw";
  static final String METADATA_FILE = "--metadata-file";
  static final String CHECK = "--check";
  private static final String PROVENANCE = "--provenance";
  private static final String SBOM = "--sbom";
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
                + " taken from), sealosbuild.pushed (names) and sealosbuild.signatures (name,"
                + " digest, kind, key and where of each signature that was made).",
            METADATA_FILE),
        Options.flag("Push the image to the registry of each of its names.", PUSH),
        Options.optional(
            "true|false|mode=min|mode=max",
            "true",
            "Attach to each image that is pushed, and to the index, how it was made: a SLSA v1"
                + " provenance in an in-toto statement, signed by the keys that sign the images."
                + " With mode=max, which true means as well, it has the values of --build-arg and"
                + " of other options, less those whose names promise a secret; with mode=min it"
                + " has not. --metadata-file gets it too, as buildx.build.provenance.",
            PROVENANCE),
        Options.flag(
            "Attach to each image that is pushed what is in it, as a CycloneDX 1.6 document in an"
                + " in-toto statement, signed likewise: the packages of dpkg, apk and rpm, JARs,"
                + " packages of npm and Python, and the images that a cluster image carries"
                + " along.",
            SBOM),
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
    readRelease(arguments, invocation, output);
  }

  private static void readRelease(
      Arguments arguments, Invocation invocation, OutputOptions.Builder output) {
    ReleaseOptions.Provenance provenance = provenance(arguments.text(PROVENANCE));
    boolean sbom = arguments.flag(SBOM, false);
    boolean pushes = output.pushes();
    if (!pushes) {
      String remedy = "push the image with --push, and name it by --tag with its registry";
      SigningArguments.requireNone(arguments, "nothing is pushed", remedy);
      if (sbom) {
        throw new BuildException(SBOM + " is given, but nothing is pushed", remedy);
      }
      if (provenance != ReleaseOptions.Provenance.NONE && !arguments.has(METADATA_FILE)) {
        throw new BuildException(
            PROVENANCE + " is given, but nothing is pushed, and there is no " + METADATA_FILE,
            remedy + ", or have it written by " + METADATA_FILE);
      }
    }
    @Nullable ImageSigner signer = null;
    if (SigningArguments.any(arguments)) {
      RegistriesDirectory directory = SignatureArguments.registriesDirectory(arguments, invocation);
      signer = SigningArguments.read(arguments, invocation, directory);
    }
    if (signer != null || sbom || provenance != ReleaseOptions.Provenance.NONE) {
      output.release(new ReleaseOptions(signer, provenance, sbom, Version.number()));
    }
  }

  private static ReleaseOptions.Provenance provenance(@Nullable String text) {
    return switch (Objects.requireNonNullElse(text, "false")) {
      case "false" -> ReleaseOptions.Provenance.NONE;
      case "mode=min" -> ReleaseOptions.Provenance.MIN;
      case "true", "mode=max" -> ReleaseOptions.Provenance.MAX;
      default ->
          throw new BuildException(
              PROVENANCE + " is \"" + text + "\"", "it takes true, false, mode=min or mode=max");
    };
  }
}
