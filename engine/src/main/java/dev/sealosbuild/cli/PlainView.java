package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.BuildEvent.BytesMoved;
import dev.sealosbuild.progress.BuildEvent.Message;
import dev.sealosbuild.progress.BuildEvent.StepFailed;
import dev.sealosbuild.progress.BuildEvent.StepFinished;
import dev.sealosbuild.progress.BuildEvent.StepOutput;
import dev.sealosbuild.progress.BuildEvent.StepStarted;
import java.io.PrintStream;
import java.util.StringJoiner;

/**
 * A log: a line when a step begins, a line for each line of its output, a line when it ends. Each
 * begins with the step's number, because steps run side by side.
 */
final class PlainView implements View {
  private final PrintStream err;
  private final LogLevel level;

  PlainView(PrintStream err, LogLevel level) {
    this.err = err;
    this.level = level;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof StepStarted started) {
      line(started.id(), title(started));
    } else if (event instanceof StepFinished finished) {
      line(finished.id(), ending(finished));
    } else if (event instanceof StepFailed failed) {
      line(failed.id(), "ERROR");
    } else if (event instanceof StepOutput output) {
      line(output.id(), Printable.line(output.line()));
    } else if (event instanceof Message message) {
      if (level.tells(message.level())) {
        err.println(text(message));
      }
    } else if (event instanceof BytesMoved) {
      // A log that is read afterwards has no use for how far something once was.
      return;
    }
  }

  @Override
  public void built(BuildResult result) {
    SavedTable.lines(result.savedImages()).forEach(err::println);
    err.println(summary(result));
  }

  /** The step's stage and text on one line. */
  static String title(StepStarted started) {
    String stage = started.stage().isEmpty() ? "" : "[" + started.stage() + "] ";
    return Printable.line(stage + started.text());
  }

  /** The message on one line; all but plain messages say what they are. */
  static String text(Message message) {
    String kind =
        switch (message.level()) {
          case DEBUG -> "debug: ";
          case INFO -> "";
          case WARNING -> "Warning: ";
        };
    return kind + Printable.line(message.text());
  }

  /** What was built, on one line. */
  static String summary(BuildResult result) {
    StringJoiner names = new StringJoiner(", ", " as ", "").setEmptyValue("");
    for (ImageReference tag : result.tags()) {
      names.add(tag.toString());
    }
    return "Built "
        + result.manifest().digest()
        + names
        + " ("
        + Quantity.bytes(result.size())
        + ", "
        + content(result)
        + (result.pushed().isEmpty() ? ")" : ", pushed)");
  }

  private static String content(BuildResult result) {
    if (result.images().size() > 1) {
      return result.images().size() + " platforms";
    }
    int layers = result.images().get(0).layers().size();
    return layers + (layers == 1 ? " layer" : " layers");
  }

  private void line(int id, String text) {
    err.println("#" + id + " " + text);
  }

  private static String ending(StepFinished finished) {
    String result = finished.result() == null ? "" : " " + Printable.line(finished.result());
    return (finished.cached() ? "CACHED" : "DONE " + Quantity.seconds(finished.nanos())) + result;
  }
}
