package dev.sealosbuild.cli;

import dev.sealosbuild.build.LayerOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Compression;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say how layers are made. */
final class LayerArguments {
  private static final String TIMESTAMP = "--timestamp";
  private static final String DISABLE_COMPRESSION = "--disable-compression";

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
        Options.flag(
            "Do not compress the layers. Default: false. What does not become smaller is never"
                + " compressed.",
            "-D",
            DISABLE_COMPRESSION));
  }

  static void read(Arguments arguments, Invocation invocation, LayerOptions.Builder layers) {
    layers.timestamp(timestamp(arguments, invocation));
    if (arguments.flag(DISABLE_COMPRESSION, false)) {
      layers.compression(Compression.NONE);
    }
  }

  private static @Nullable Instant timestamp(Arguments arguments, Invocation invocation) {
    String given = arguments.text(TIMESTAMP);
    if (given != null) {
      return instant(TIMESTAMP, given);
    }
    String epoch = invocation.variable("SOURCE_DATE_EPOCH");
    return epoch == null ? null : instant("the variable SOURCE_DATE_EPOCH", epoch);
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
