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
  private static final String UNSET_ENV = "--unsetenv";
  private static final String LABEL = "--label";
  private static final String UNSET_LABEL = "--unsetlabel";
  private static final String INHERIT_LABELS = "--inherit-labels";
  private static final String LAYER_LABEL = "--layer-label";
  private static final String IDENTITY_LABEL = "--identity-label";
  private static final String ANNOTATION = "--annotation";
  private static final String UNSET_ANNOTATION = "--unsetannotation";
  private static final String INHERIT_ANNOTATIONS = "--inherit-annotations";
  private static final String CREATED_ANNOTATION = "--created-annotation";
  private static final String OMIT_HISTORY = "--omit-history";
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
            "NAME", "Leave an environment variable out of the image, whoever sets it.", UNSET_ENV),
        Options.values(
            "NAME[=VALUE]", "Set a label of the image. Without =VALUE, it is empty.", LABEL),
        Options.values("NAME", "Leave a label out of the image, whoever sets it.", UNSET_LABEL),
        Options.flag("Begin a stage with the labels of its base. Default: true.", INHERIT_LABELS),
        Options.values(
            "NAME[=VALUE]",
            "Set a label of the images that --save-stages keeps, the target's not among them. There"
                + " are no other intermediate images.",
            LAYER_LABEL),
        Options.flag(
            "Set the label dev.sealosbuild.version to the version of this program. Default: false,"
                + " so that another version makes the same image.",
            IDENTITY_LABEL),
        Options.values(
            "NAME[=VALUE]",
            "Set an annotation of the image's manifest. Without =VALUE, it is empty. Docker's"
                + " format has none.",
            ANNOTATION),
        Options.values(
            "NAME", "Leave an annotation out of the manifest, whoever sets it.", UNSET_ANNOTATION),
        Options.flag(
            "Begin with the annotations of the base's manifest. Default: true.",
            INHERIT_ANNOTATIONS),
        Options.flag(
            "Set the annotation org.opencontainers.image.created to the time of the image. Default:"
                + " false.",
            CREATED_ANNOTATION),
        Options.flag("Leave out of the image how it was made. Default: false.", OMIT_HISTORY),
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
    for (String text : arguments.texts(LAYER_LABEL)) {
      NameAndValue pair = NameAndValue.of(LAYER_LABEL, text);
      image.layerLabel(pair.name(), pair.valueOrEmpty());
    }
    for (String text : arguments.texts(ANNOTATION)) {
      NameAndValue pair = NameAndValue.of(ANNOTATION, text);
      image.annotation(pair.name(), pair.valueOrEmpty());
    }
    arguments.texts(UNSET_ENV).forEach(image::unsetEnvironment);
    arguments.texts(UNSET_LABEL).forEach(image::unsetLabel);
    arguments.texts(UNSET_ANNOTATION).forEach(image::unsetAnnotation);
    image
        .inheritLabels(arguments.flag(INHERIT_LABELS, true))
        .inheritAnnotations(arguments.flag(INHERIT_ANNOTATIONS, true))
        .createdAnnotation(arguments.flag(CREATED_ANNOTATION, false))
        .identity(arguments.flag(IDENTITY_LABEL, false) ? Version.number() : null)
        .history(!arguments.flag(OMIT_HISTORY, false));
  }

  /** Whether Docker's format is asked for. */
  static boolean isDocker(Arguments arguments) {
    return format(arguments.text(FORMAT)) == ImageFormat.DOCKER;
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
