package dev.sealosbuild.cli;

import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.build.ImageOptions;
import dev.sealosbuild.error.BuildException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what an image says of itself. */
final class ImageArguments {
  private static final String ENV = "--env";
  private static final String LABEL = "--label";
  private static final String ANNOTATION = "--annotation";
  private static final String FORMAT = "--format";

  private ImageArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.values(
            "NAME[=VALUE]",
            "Set an environment variable of the finished image, over what ENV says. Without =VALUE,"
                + " it is taken from the environment; where it is not set there, nothing is set.",
            ENV),
        Options.values(
            "NAME[=VALUE]", "Set a label of the image. Without =VALUE, it is empty.", LABEL),
        Options.values(
            "NAME[=VALUE]",
            "Set an annotation of the image's manifest. Without =VALUE, it is empty. Docker's"
                + " format has none.",
            ANNOTATION),
        Options.value(
            "oci|docker",
            "Write manifest and configuration in OCI's format (the default) or in Docker's.",
            FORMAT));
  }

  static void read(Arguments arguments, ImageOptions.Builder image) {
    image.format(format(arguments.text(FORMAT)));
    for (String text : arguments.texts(ENV)) {
      NameAndValue pair = NameAndValue.of(ENV, text);
      image.environment(pair.name(), pair.value());
    }
    for (String text : arguments.texts(LABEL)) {
      NameAndValue pair = NameAndValue.of(LABEL, text);
      image.label(pair.name(), pair.valueOrEmpty());
    }
    for (String text : arguments.texts(ANNOTATION)) {
      NameAndValue pair = NameAndValue.of(ANNOTATION, text);
      image.annotation(pair.name(), pair.valueOrEmpty());
    }
  }

  private static ImageFormat format(@Nullable String format) {
    return switch (format == null ? "oci" : format) {
      case "oci" -> ImageFormat.OCI;
      case "docker" -> ImageFormat.DOCKER;
      default ->
          throw new BuildException("--format is \"" + format + "\"", "it takes oci or docker");
    };
  }
}
