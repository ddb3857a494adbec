package dev.sealosbuild.cli;

import dev.sealosbuild.dockerfile.GoDuration;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.PruneLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build prune}. */
final class PruneCommand implements Command {
  private static final String ALL = "--all";
  private static final String OLDER_THAN = "--older-than";
  private static final String KEEP_STORAGE = "--keep-storage";
  private static final String FORMAT = "--format";
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*([kmgt]?)(i?)b?");

  @Override
  public String name() {
    return "prune";
  }

  @Override
  public String summary() {
    return "remove what no image needs, and the build cache";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Removes images without a name, the build cache, the files that --rm=false has kept, and"
            + " every blob that no image needs then. Prints how much room the blobs took, with --format json as"
            + " the number of bytes spaceReclaimed.");
  }

  @Override
  public String operands() {
    return "";
  }

  @Override
  public int maxOperands() {
    return 0;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        Options.flag("Remove images with names as well.", "-a", ALL),
        Options.value(
            "DURATION",
            "Leave what was made in the last DURATION, such as 36h or 30m, and what caches of"
                + " RUN --mount hold.",
            OLDER_THAN),
        Options.value(
            "BYTES",
            "Remove the oldest results and images first, and end when the blobs of the others"
                + " have no more than BYTES, such as 500MB or 2GiB.",
            KEEP_STORAGE),
        Options.value("json|text", "What is printed. Default: text.", FORMAT));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    PruneLimits limits =
        new PruneLimits(
            arguments.flag(ALL, false),
            before(arguments.text(OLDER_THAN)),
            bytes(arguments.text(KEEP_STORAGE)));
    boolean json = isJson(arguments.text(FORMAT));
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      Optional<Long> freed = store.prune(limits);
      if (freed.isEmpty()) {
        throw new BuildException(
            "another process is using the store " + store.root(), "try again when it has ended");
      }
      invocation
          .out()
          .println(
              json
                  ? new String(
                      Json.write(Map.of("spaceReclaimed", freed.get())), StandardCharsets.UTF_8)
                  : Quantity.bytes(freed.get()));
    }
    return Main.OK;
  }

  private static boolean isJson(@Nullable String format) {
    return switch (format == null ? "text" : format) {
      case "json" -> true;
      case "text" -> false;
      default ->
          throw new BuildException(FORMAT + " is \"" + format + "\"", "it takes json or text");
    };
  }

  private static @Nullable Instant before(@Nullable String duration) {
    if (duration == null) {
      return null;
    }
    OptionalLong nanoseconds = GoDuration.nanoseconds(duration);
    if (nanoseconds.isEmpty() || nanoseconds.getAsLong() < 0) {
      throw new BuildException(
          OLDER_THAN + " is \"" + duration + "\"", "it takes a duration such as 36h or 30m");
    }
    return Instant.now().minusNanos(nanoseconds.getAsLong());
  }

  private static long bytes(@Nullable String size) {
    if (size == null) {
      return -1;
    }
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches() || (matcher.group(2).isEmpty() && !matcher.group(3).isEmpty())) {
      throw new BuildException(
          KEEP_STORAGE + " is \"" + size + "\"", "it takes bytes, such as 500MB or 2GiB");
    }
    int power = "kmgt".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 1);
    double unit = Math.pow(matcher.group(3).isEmpty() ? 1000 : 1024, power);
    return (long) Math.min(Long.MAX_VALUE, Double.parseDouble(matcher.group(1)) * unit);
  }
}
