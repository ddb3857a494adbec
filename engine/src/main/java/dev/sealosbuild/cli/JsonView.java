package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.BuildEvent.BytesMoved;
import dev.sealosbuild.progress.BuildEvent.Message;
import dev.sealosbuild.progress.BuildEvent.StepFailed;
import dev.sealosbuild.progress.BuildEvent.StepFinished;
import dev.sealosbuild.progress.BuildEvent.StepOutput;
import dev.sealosbuild.progress.BuildEvent.StepStarted;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line for each thing that happens. Its {@code event} says what:
 *
 * <ul>
 *   <li>{@code started}: a step began; {@code step} is its number, {@code stage} (may be empty),
 *       {@code text}
 *   <li>{@code finished}: it ended well; {@code step}, {@code cached}, {@code seconds}, {@code
 *       result} (a string or null)
 *   <li>{@code stopped}: it did not end well; {@code step}. The failure follows
 *   <li>{@code bytes}: bytes moved; {@code step}, {@code name}, {@code done}, {@code total} (null
 *       where not known). At most ten a second for each name, the last one always
 *   <li>{@code output}: a line of the step's own output; {@code step}, {@code line}
 *   <li>{@code message}: {@code level} ({@code debug}, {@code info}, {@code warning}), {@code text}
 *   <li>{@code built}: the image is there; {@code id}, {@code size} in bytes, {@code layers} (their
 *       count), {@code pushed} (names), {@code metadata}, the object that {@code --metadata-file}
 *       gets. The last line of a build that succeeds
 *   <li>{@code failed}: {@code problem} and {@code remedy}, which may be empty. The last line of
 *       one that does not
 * </ul>
 *
 * <p>More members and events may come; a reader should pass over what it does not know.
 */
final class JsonView implements View {
  private static final long INTERVAL = 100_000_000;

  private final PrintStream err;
  private final LogLevel level;
  private final Map<String, Long> lastTold = new HashMap<>();

  JsonView(PrintStream err, LogLevel level) {
    this.err = err;
    this.level = level;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof StepStarted started) {
      print("started", "step", started.id(), "stage", started.stage(), "text", started.text());
    } else if (event instanceof StepFinished finished) {
      forget(finished.id());
      print(
          "finished",
          "step",
          finished.id(),
          "cached",
          finished.cached(),
          "seconds",
          Math.round(finished.nanos() / 1e6) / 1e3,
          "result",
          finished.result());
    } else if (event instanceof StepFailed failed) {
      forget(failed.id());
      print("stopped", "step", failed.id());
    } else if (event instanceof BytesMoved moved) {
      bytes(moved);
    } else if (event instanceof StepOutput output) {
      print("output", "step", output.id(), "line", output.line());
    } else if (event instanceof Message message && level.tells(message.level())) {
      String name = message.level().name().toLowerCase(Locale.ROOT);
      print("message", "level", name, "text", message.text());
    }
  }

  @Override
  public void built(BuildResult result) {
    print(
        "built",
        "id",
        result.imageId(),
        "size",
        result.size(),
        "layers",
        result.images().get(0).layers().size(),
        "pushed",
        result.pushed(),
        "metadata",
        ResultFiles.describe(result));
  }

  @Override
  public boolean failed(BuildException failure) {
    String problem = failure.getMessage();
    if (failure instanceof InstructionException at) {
      print(
          "failed",
          "problem",
          problem,
          "remedy",
          failure.remedy(),
          "file",
          at.file(),
          "line",
          at.line(),
          "column",
          at.column());
    } else {
      print("failed", "problem", problem, "remedy", failure.remedy());
    }
    return true;
  }

  private void bytes(BytesMoved moved) {
    String key = moved.id() + "/" + moved.name();
    long now = System.nanoTime();
    Long last = lastTold.get(key);
    if (last == null || now - last >= INTERVAL || moved.done() == moved.total()) {
      lastTold.put(key, now);
      Long total = moved.total() < 0 ? null : moved.total();
      print(
          "bytes", "step", moved.id(), "name", moved.name(), "done", moved.done(), "total", total);
    }
  }

  private void forget(int step) {
    lastTold.keySet().removeIf(key -> key.startsWith(step + "/"));
  }

  private void print(String event, @Nullable Object... members) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("event", event);
    for (int i = 0; i < members.length; i += 2) {
      json.put((String) members[i], members[i + 1]);
    }
    err.println(new String(Json.write(json), StandardCharsets.UTF_8));
  }
}
