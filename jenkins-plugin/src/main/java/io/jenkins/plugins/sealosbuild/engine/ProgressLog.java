package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.progress.EventLines;
import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the engine writes to standard error with {@code --progress json}, line by line: told in a
 * log as it comes, a section for each stage, without secrets, and collected in a record. A line
 * that is no event, such as one of the JVM's own, goes to the log as it is.
 */
public final class ProgressLog extends EventLines {
  private final PrintStream log;
  private final Masking masking;
  private final Verbosity verbosity;
  private final BuildRecord record;
  private final LongSupplier clock;
  private final long begin;
  private @Nullable String section;

  /** How much of it is told. */
  public enum Verbosity {
    /** Every step. */
    PLAIN,
    /** Warnings and failures. */
    QUIET,
    /** The events as the engine writes them. */
    JSON;

    /** As the parameters {@code quiet} and {@code progress} say. */
    public static Verbosity of(Settings settings) {
      if (settings.flag("quiet", false)) {
        return QUIET;
      }
      return "json".equals(settings.text("progress")) ? JSON : PLAIN;
    }
  }

  /**
   * @param clock milliseconds, from any beginning
   */
  public ProgressLog(
      PrintStream log,
      Masking masking,
      Verbosity verbosity,
      BuildRecord record,
      LongSupplier clock) {
    this.log = log;
    this.masking = masking;
    this.verbosity = verbosity;
    this.record = record;
    this.clock = clock;
    this.begin = clock.getAsLong();
  }

  /** Tells a last line without an end. The log stays open. */
  @Override
  public synchronized void close() {
    super.close();
    log.flush();
  }

  @Override
  public void flush() {
    log.flush();
  }

  @Override
  protected void text(String line) {
    print(line);
  }

  @Override
  protected void event(JsonObject event, String line) {
    if (verbosity == Verbosity.JSON) {
      print(line);
    }
    long step = event.number("step", 0);
    switch (event.requiredString("event")) {
      case "started" -> started(step, text(event, "stage"), text(event, "text"));
      case "finished" -> finished(step, event);
      case "stopped" -> tell("#" + step + " ERROR");
      case "output" -> tell("#" + step + " " + text(event, "line"));
      case "message" -> message(text(event, "level"), text(event, "text"));
      case "built" -> built(event);
      case "failed" -> failed(text(event, "problem"), text(event, "remedy"));
      default -> {
        // bytes moved, and what later engines may tell
      }
    }
  }

  private void started(long step, String stage, String text) {
    record.started(step, masking.mask(stage), masking.mask(text), clock.getAsLong() - begin);
    if (!stage.equals(section) && !stage.isEmpty()) {
      tell("--- stage " + stage + " ---");
    }
    section = stage;
    tell("#" + step + " " + (stage.isEmpty() ? "" : "[" + stage + "] ") + text);
  }

  private void finished(long step, JsonObject event) {
    boolean cached = Boolean.TRUE.equals(event.bool("cached"));
    long millis = millis(event.members().get("seconds"));
    String result = event.string("result");
    record.finished(step, cached, millis, result);
    String ending = cached ? "CACHED" : "DONE " + ReadableText.seconds(millis);
    tell("#" + step + " " + ending + (result == null ? "" : " " + result));
  }

  static long millis(@Nullable Object seconds) {
    return seconds instanceof Number number ? Math.round(number.doubleValue() * 1000) : 0;
  }

  private void message(String level, String text) {
    boolean warning = level.equals("warning");
    String line = (warning ? "Warning: " : level.equals("debug") ? "debug: " : "") + text;
    if (warning && verbosity == Verbosity.QUIET) {
      print(line);
    } else {
      tell(line);
    }
  }

  private void built(JsonObject event) {
    record.built(event);
    JsonObject metadata = event.object("metadata");
    String digest = metadata == null ? null : metadata.string("containerimage.digest");
    String names = metadata == null ? null : metadata.string("image.name");
    tell(
        "Built "
            + digest
            + (names == null ? "" : " as " + names.replace(",", ", "))
            + " ("
            + ReadableText.bytes(event.number("size", 0))
            + ", "
            + layers(event.number("layers", 0))
            + ")");
  }

  private static String layers(long number) {
    return number == 1 ? "1 layer" : number + " layers";
  }

  private void failed(String problem, String remedy) {
    String first = problem.lines().findFirst().orElse(problem);
    // what a line announces is in the log, above
    int announced = first.endsWith(":") ? first.lastIndexOf(';') : -1;
    record.failed(masking.mask(announced < 0 ? first : first.substring(0, announced)));
    if (verbosity != Verbosity.JSON) {
      print("Error: " + problem);
      remedy.lines().forEach(text -> print("  " + text));
    }
  }

  private static String text(JsonObject event, String member) {
    String text = event.string(member);
    return text == null ? "" : text;
  }

  private void tell(String text) {
    if (verbosity == Verbosity.PLAIN) {
      print(text);
    }
  }

  private void print(String text) {
    log.println(masking.mask(text));
  }
}
