package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageSigning;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.ManifestConversion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options of what pushes, which say in which form an image arrives and what is told of it. */
final class PushArguments {
  static final String REMOVE = "--rm";
  private static final String COMPRESSION_FORMAT = "--compression-format";
  private static final String COMPRESSION_LEVEL = "--compression-level";
  private static final String FORCE_COMPRESSION = "--force-compression";
  private static final String FORMAT = "--format";
  private static final String DIGEST_FILE = "--digestfile";

  private PushArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.value(
            "gzip|zstd|zstd:chunked",
            "Compress layers that are compressed otherwise so. What comes of a layer is kept in"
                + " the store, so that it is done once. zstd:chunked is zstd with a table of"
                + " contents, by which podman fetches only the files that it lacks.",
            COMPRESSION_FORMAT),
        Options.value(
            "LEVEL",
            "Compress all layers anew at this level, gzip's from 1 to 9 or zstd's from 1 to 20."
                + " Default: the one that is best for layers.",
            COMPRESSION_LEVEL),
        Options.flag("Compress layers anew that are of the format already.", FORCE_COMPRESSION),
        Options.value(
            "oci|docker|v2s2",
            "Write the manifest in OCI's or Docker's format (docker and v2s2 are the same)."
                + " Default: the one that it has, or OCI's with zstd, which Docker's lacks.",
            "-f",
            FORMAT),
        Options.value(
            "FILE",
            "Write the digest of what was pushed (sha256: and 64 digits) to FILE; where it is signed,"
                + " then a line for each signature: what is signed by its digest, simple or"
                + " sigstore, the key's fingerprint, and where the signature is.",
            DIGEST_FILE),
        Options.flag("Remove the image from the store when it is pushed.", REMOVE));
  }

  /**
   * The keys to sign with, checked together with the place for the signatures.
   *
   * @return null where nothing is to be signed
   * @throws BuildException when a key cannot sign, or what is signed does not go to a registry
   */
  static @Nullable ImageSigner signer(
      Arguments arguments, Invocation invocation, @Nullable ImageLocation target) {
    if (target != null && !(target instanceof ImageLocation.Registry)) {
      SigningArguments.requireNone(
          arguments, target + " is no registry", "push to a registry, whose images can be signed");
    }
    RegistriesDirectory directory = SignatureArguments.registriesDirectory(arguments, invocation);
    return SigningArguments.read(arguments, invocation, directory);
  }

  /**
   * Pushes, and signs what was pushed.
   *
   * @param push answers what the name has in the registry then
   * @param signer null for no signature
   */
  static Descriptor pushSigned(
      Arguments arguments,
      ImageLocation target,
      @Nullable ImageSigner signer,
      ImageTransfer transfer,
      Supplier<Descriptor> push) {
    List<ImageSigning.Signature> signatures = List.of();
    Descriptor pushed;
    if (signer != null && target instanceof ImageLocation.Registry registry) {
      ImageSigning signing = new ImageSigning(transfer, signer);
      signing.requirePlace(registry.name());
      pushed = push.get();
      signatures = signing.sign(pushed, registry.name(), Instant.now());
    } else {
      pushed = push.get();
    }
    tell(arguments, pushed, signatures);
    return pushed;
  }

  /** What the image is to become. */
  static ManifestConversion.Wish wish(Arguments arguments) {
    Boolean docker = docker(arguments.text(FORMAT));
    String format = arguments.text(COMPRESSION_FORMAT);
    boolean force = arguments.flag(FORCE_COMPRESSION, false);
    boolean level = arguments.has(COMPRESSION_LEVEL);
    if (format == null && !level && !force) {
      return new ManifestConversion.Wish(docker, null, false);
    }
    LayerCompression compression = compression(format == null ? "gzip" : format);
    if (compression.kind() == LayerCompression.ZSTD.kind() && Boolean.TRUE.equals(docker)) {
      throw new BuildException(
          COMPRESSION_FORMAT
              + " is "
              + format
              + ", and "
              + FORMAT
              + " is Docker's, which knows gzip alone",
          "push it with " + FORMAT + " oci");
    }
    return new ManifestConversion.Wish(
        docker,
        level ? compression.atLevel(arguments.number(COMPRESSION_LEVEL, 0)) : compression,
        force || level); // a blob does not tell the level that it was written at
  }

  private static void tell(
      Arguments arguments, Descriptor pushed, List<ImageSigning.Signature> signatures) {
    String file = arguments.text(DIGEST_FILE);
    if (file != null) {
      try {
        StringBuilder text = new StringBuilder(pushed.digest().toString());
        signatures.forEach(signature -> text.append('\n').append(signature));
        Files.write(Path.of(file), text.toString().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new BuildException(
            "the image is pushed, but " + file + " cannot be written: " + e,
            "see that its directory can be written and has room",
            e);
      }
    }
  }

  private static LayerCompression compression(String format) {
    return switch (format) {
      case "gzip" -> LayerCompression.GZIP;
      case "zstd" -> LayerCompression.ZSTD;
      case "zstd:chunked" -> LayerCompression.ZSTD_CHUNKED;
      default ->
          throw new BuildException(
              COMPRESSION_FORMAT + " is \"" + format + "\"", "it takes gzip, zstd or zstd:chunked");
    };
  }

  private static @Nullable Boolean docker(@Nullable String format) {
    if (format == null) {
      return null;
    }
    return switch (format) {
      case "oci" -> false;
      case "docker", "v2s2" -> true;
      default ->
          throw new BuildException(
              FORMAT + " is \"" + format + "\"", "it takes oci, docker or v2s2");
    };
  }
}
