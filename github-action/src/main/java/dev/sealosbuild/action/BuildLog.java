package dev.sealosbuild.action;

import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.progress.EventLines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the engine tells with {@code --progress=json}, line by line: shown in the log, a group for
 * each stage, and kept in a record. What is no event is shown as it is.
 */
final class BuildLog extends EventLines {
  /** {@code file:line:column: message}, the column missing where only the line is known. */
  private static final Pattern PLACE =
      Pattern.compile("([^:]+):(\\d{1,9}):(?:(\\d{1,9}):)? (.*)", Pattern.DOTALL);

  /** How failures begin that happen before a build does. */
  private static final String ERROR = "Error: ";

  private final WorkflowLog log;
  private final Masking masking;
  private final BuildRecord record;
  private final SourceFiles files;
  private final LongSupplier clock;
  private final long begin;
  private String group = "";

  /** Steps of the calls before; each call counts its own from 1. */
  private long before;

  /**
   * @param clock milliseconds, from any beginning
   */
  BuildLog(
      WorkflowLog log, Masking masking, BuildRecord record, SourceFiles files, LongSupplier clock) {
    this.log = log;
    this.masking = masking;
    this.record = record;
    this.files = files;
    this.clock = clock;
    this.begin = clock.getAsLong();
  }

  /** Follows one more call of the engine. */
  void begin() {
    before = record.steps().size();
  }

  @Override
  protected void text(String line) {
    String text = masking.mask(line);
    if (text.startsWith(ERROR)) {
      record.failed(text.substring(ERROR.length()), "");
    } else if (!record.problem().isEmpty() && text.startsWith("  ")) {
      record.failed(record.problem(), text.strip());
    } else {
      log.text(text);
    }
  }

  @Override
  protected void event(JsonObject told, String line) {
    JsonObject event = masking.mask(told, "an event of the engine");
    long step = before + event.number("step", 0);
    switch (event.requiredString("event")) {
      case "started" -> started(step, text(event, "stage"), text(event, "text"));
      case "finished" -> finished(step, event);
      case "stopped" -> {
        record.stopped(step, now());
        show(step, "ERROR");
      }
      case "output" -> show(step, text(event, "line"));
      case "message" -> message(text(event, "level"), text(event, "text"));
      case "built" -> built(event);
      case "failed" -> failed(event);
      default -> {
        // bytes moved, which a log has no use for, and what later engines may tell
      }
    }
  }

  private void started(long step, String stage, String text) {
    record.started(step, stage, text, now());
    show(step, text);
  }

  private void finished(long step, JsonObject event) {
    boolean cached = Boolean.TRUE.equals(event.bool("cached"));
    long millis =
        event.members().get("seconds") instanceof Number seconds
            ? Math.round(seconds.doubleValue() * 1000)
            : 0;
    String result = text(event, "result");
    record.finished(step, cached, millis, result);
    show(step, ((cached ? "CACHED " : "DONE " + Quantity.seconds(millis) + " ") + result).strip());
  }

  /** A line of a step, within the group of its stage. */
  private void show(long number, String text) {
    BuildRecord.Step step = record.step(number);
    String owner = step == null ? "" : group(step);
    if (!owner.equals(group)) {
      group = owner;
      if (owner.isEmpty()) {
        log.endGroup();
      } else {
        log.group(owner);
      }
    }
    log.text("#" + number + " " + text);
  }

  /** An only stage has no name. */
  private static String group(BuildRecord.Step step) {
    if (!step.stage().isEmpty()) {
      return "stage " + step.stage();
    }
    return step.isInstruction() ? "instructions" : "";
  }

  private void message(String level, String text) {
    switch (level) {
      case "warning" -> annotate(level, text, "");
      case "debug" -> log.debug(text);
      default -> log.text(text);
    }
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private void built(JsonObject event) {
    record.built(event);
    log.endGroup();
    group = "";
    StringBuilder text = new StringBuilder("Built ").append(record.digest());
    if (!record.tags().isEmpty()) {
      text.append(" as ").append(String.join(", ", record.tags()));
    }
    text.append(" (").append(Quantity.bytes(record.size()));
    text.append(record.pushed().isEmpty() ? ")" : ", pushed)");
    log.text(text.toString());
  }

  /** The same for an index that was made of images, and pushed. */
  void joined(String digest, IndexJoin join) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("containerimage.config.digest", digest);
    metadata.put("containerimage.digest", digest);
    metadata.put("image.name", String.join(",", join.tags()));
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("id", digest);
    event.put("pushed", join.tags());
    event.put("metadata", metadata);
    record.built(new JsonObject(event, "the joined index"));
    int images = join.images().size();
    log.text("Joined " + images + " images to " + digest + " as " + String.join(", ", join.tags()));
  }

  private void failed(JsonObject event) {
    record.failed(text(event, "problem"), text(event, "remedy"));
  }

  /** Tells why there is no image, at the place that is to be mended where one is known. */
  void tellFailure() {
    log.endGroup();
    String remedy = record.remedy().isEmpty() ? "" : "\n" + record.remedy();
    annotate("error", record.problem(), remedy);
  }

  private void annotate(String level, String problem, String remedy) {
    Matcher place = PLACE.matcher(problem);
    String file = place.matches() ? files.inRepository(place.group(1)) : "";
    if (file.isEmpty()) {
      log.annotate(Annotation.of(level, problem + remedy));
    } else {
      long column = number(place.group(3));
      String message = place.group(4) + remedy;
      log.annotate(new Annotation(level, file, number(place.group(2)), column, message));
    }
  }

  private static String text(JsonObject event, String member) {
    String text = event.string(member);
    return text == null ? "" : text;
  }

  private long now() {
    return clock.getAsLong() - begin;
  }
}
