package dev.sealosbuild.cli;

import dev.sealosbuild.build.LayerOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.LayerCompression;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say how layers are made. */
final class LayerArguments {
  private static final String TIMESTAMP = "--timestamp";
  private static final String SOURCE_DATE_EPOCH = "--source-date-epoch";
  private static final String REWRITE_TIMESTAMP = "--rewrite-timestamp";
  private static final String DISABLE_COMPRESSION = "--disable-compression";
  private static final String COMPRESSION_FORMAT = "--compression-format";
  private static final String COMPRESSION_LEVEL = "--compression-level";
  private static final String SQUASH = "--squash";
  private static final String LAYERS = "--layers";
  private static final String EPOCH_VARIABLE = "SOURCE_DATE_EPOCH";
  private static final String LAYERS_VARIABLE = "BUILDAH_LAYERS";

  /** 9999-12-31 23:59:59, the last that RFC 3339, which images have their times in, can say. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private LayerArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.value(
            "SECONDS",
            "Let everything in the image be of this time, in seconds since 1970-01-01 00:00:00 UTC:"
                + " the image's creation, its history and the files of its layers. The same inputs"
                + " then give the same digest. Default: the variable SOURCE_DATE_EPOCH, else the"
                + " time of the build and of each file.",
            TIMESTAMP),
        Options.value(
            "SECONDS",
            "As --timestamp, but files keep their own times; ARG SOURCE_DATE_EPOCH has it as its"
                + " value.",
            SOURCE_DATE_EPOCH),
        Options.flag(
            "With --source-date-epoch: give the files that are later than it its time.",
            REWRITE_TIMESTAMP),
        Options.flag(
            "Do not compress the layers. Default: false. What does not become smaller is never"
                + " compressed.",
            "-D",
            DISABLE_COMPRESSION),
        Options.value(
            "gzip|zstd|zstd:chunked",
            "Compress new layers so. Default: gzip. zstd:chunked is zstd with a table of contents,"
                + " by which podman fetches only the files that it lacks; it needs OCI's format.",
            COMPRESSION_FORMAT),
        Options.value(
            "LEVEL",
            "Compress at this level: 1 to 9 for gzip, 1 to 20 for zstd. Default: one at which"
                + " compressing does not hold up the build.",
            COMPRESSION_LEVEL),
        Options.flag(
            "Make one layer of all, those of the base included, and leave the base's history out."
                + " Default: false.",
            SQUASH),
        Options.flag(
            "Make a layer for each instruction; with false, one for all instructions of the target."
                + " Results of earlier builds are used either way. Default: the variable"
                + " BUILDAH_LAYERS, else true.",
            LAYERS));
  }

  static void read(Arguments arguments, Invocation invocation, LayerOptions.Builder layers) {
    layers
        .time(time(arguments, invocation))
        .compression(compression(arguments))
        .merging(merging(arguments, invocation));
  }

  private static LayerOptions.Merging merging(Arguments arguments, Invocation invocation) {
    String variable = invocation.variable(LAYERS_VARIABLE);
    boolean byDefault =
        variable == null || variable.equals("1") || variable.equalsIgnoreCase("true");
    if (arguments.flag(SQUASH, false)) {
      return LayerOptions.Merging.ALL;
    }
    return arguments.flag(LAYERS, byDefault) ? LayerOptions.Merging.NONE : LayerOptions.Merging.NEW;
  }

  private static LayerCompression compression(Arguments arguments) {
    String format = arguments.text(COMPRESSION_FORMAT);
    boolean none = arguments.flag(DISABLE_COMPRESSION, false);
    if (none && format != null) {
      throw new BuildException(
          COMPRESSION_FORMAT + " is given together with " + DISABLE_COMPRESSION,
          "give one or the other");
    }
    LayerCompression compression =
        switch (format == null ? "gzip" : format) {
          case "gzip" -> none ? LayerCompression.NONE : LayerCompression.GZIP;
          case "zstd" -> LayerCompression.ZSTD;
          case "zstd:chunked" -> LayerCompression.ZSTD_CHUNKED;
          default ->
              throw new BuildException(
                  COMPRESSION_FORMAT + " is \"" + format + "\"",
                  "it takes gzip, zstd or zstd:chunked");
        };
    if (compression.chunked() && ImageArguments.isDocker(arguments)) {
      throw new BuildException(
          COMPRESSION_FORMAT
              + " is zstd:chunked, and the image's format is Docker's, which has no"
              + " place for what it needs",
          "build it with --format oci");
    }
    String level = arguments.text(COMPRESSION_LEVEL);
    return level == null
        ? compression
        : compression.atLevel(arguments.number(COMPRESSION_LEVEL, 0));
  }

  private static BuildTime time(Arguments arguments, Invocation invocation) {
    String timestamp = arguments.text(TIMESTAMP);
    String epoch = arguments.text(SOURCE_DATE_EPOCH);
    boolean rewrite = arguments.flag(REWRITE_TIMESTAMP, false);
    if (timestamp != null && epoch != null) {
      throw new BuildException(
          TIMESTAMP + " is given together with " + SOURCE_DATE_EPOCH,
          "the first sets the times of files as well; give one of them");
    }
    if (epoch != null) {
      return new BuildTime(
          instant(SOURCE_DATE_EPOCH, epoch),
          rewrite ? BuildTime.Files.CLAMPED : BuildTime.Files.KEPT);
    }
    String variable = invocation.variable(EPOCH_VARIABLE);
    Instant everything =
        timestamp != null
            ? instant(TIMESTAMP, timestamp)
            : variable != null ? instant("the variable " + EPOCH_VARIABLE, variable) : null;
    if (everything == null && rewrite) {
      throw new BuildException(
          REWRITE_TIMESTAMP + " is given without " + SOURCE_DATE_EPOCH,
          "say by that which time is the latest");
    }
    return new BuildTime(everything);
  }

  private static Instant instant(String where, String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 0 && seconds <= LAST_SECOND) {
        return Instant.ofEpochSecond(seconds);
      }
      throw new BuildException(
          where + " is " + seconds, "it takes seconds from 0 to " + LAST_SECOND);
    } catch (NumberFormatException e) {
      throw new BuildException(
          where + " is \"" + text + "\"", "it takes whole seconds since 1970-01-01 UTC", e);
    }
  }
}
