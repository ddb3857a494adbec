package dev.sealosbuild.cli;

import dev.sealosbuild.cache.CacheAddress;
import dev.sealosbuild.cache.CacheOptions;
import dev.sealosbuild.dockerfile.GoDuration;
import dev.sealosbuild.error.BuildException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what is taken from earlier builds, and given to later ones. */
final class CacheArguments {
  private static final String NO_CACHE = "--no-cache";
  private static final String NO_CACHE_FILTER = "--no-cache-filter";
  private static final String CACHE_TTL = "--cache-ttl";
  private static final String CACHE_FROM = "--cache-from";
  private static final String CACHE_TO = "--cache-to";

  private CacheArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.flag("Do not use the results of earlier builds.", NO_CACHE),
        Options.values(
            "STAGE,…",
            "Do not use the results of earlier builds for these stages, named or numbered.",
            NO_CACHE_FILTER),
        Options.value(
            "DURATION",
            "Use no result that is older, such as 24h; 0 is --no-cache. Default: of any age.",
            CACHE_TTL),
        Options.values(
            "REPOSITORY|type=local,src=DIRECTORY",
            "Look for results that the store does not have in a repository of a registry, or in a"
                + " directory that --cache-to has written. What comes from there is verified.",
            CACHE_FROM),
        Options.values(
            "REPOSITORY|type=local,dest=DIRECTORY",
            "Keep the layers that this build has made or used in a repository of a registry, each"
                + " under a tag of its own, or in a directory, which is an OCI image layout.",
            CACHE_TO));
  }

  static void read(Arguments arguments, CacheOptions.Builder cache) {
    cache.readable(!arguments.flag(NO_CACHE, false)).maxAge(age(arguments.text(CACHE_TTL)));
    for (String text : arguments.texts(NO_CACHE_FILTER)) {
      for (String stage : text.split(",", -1)) {
        if (!stage.isBlank()) {
          cache.filter(stage.strip());
        }
      }
    }
    for (String text : arguments.texts(CACHE_FROM)) {
      cache.from(CacheAddress.parse(CACHE_FROM, "src", text));
    }
    for (String text : arguments.texts(CACHE_TO)) {
      cache.to(CacheAddress.parse(CACHE_TO, "dest", text));
    }
  }

  private static @Nullable Duration age(@Nullable String text) {
    if (text == null) {
      return null;
    }
    OptionalLong nanoseconds = GoDuration.nanoseconds(text);
    if (nanoseconds.isEmpty() || nanoseconds.getAsLong() < 0) {
      throw new BuildException(
          CACHE_TTL + " is \"" + text + "\"", "it takes a duration such as 90m, 24h or 0");
    }
    return Duration.ofNanos(nanoseconds.getAsLong());
  }
}
