package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.BuildEvent.BytesMoved;
import dev.sealosbuild.progress.BuildEvent.Message;
import dev.sealosbuild.progress.BuildEvent.StepFailed;
import dev.sealosbuild.progress.BuildEvent.StepFinished;
import dev.sealosbuild.progress.BuildEvent.StepOutput;
import dev.sealosbuild.progress.BuildEvent.StepStarted;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A build on a terminal: steps that ended scroll away above, steps under way stand below with their
 * time, bars of their bytes and the last lines of their output, redrawn in place ten times a second
 * at most.
 */
final class TerminalView implements View {
  private static final long INTERVAL = 100_000_000;
  private static final int MAX_LINES_DRAWN = 16;

  private final PrintStream err;
  private final LogLevel level;
  private final Screen screen;
  private final LongSupplier clock;

  private final Map<Integer, ActiveStep> active = new LinkedHashMap<>();
  private final List<String> ended = new ArrayList<>();
  private int linesDrawn;
  private volatile boolean closed;
  private @Nullable Thread redrawing;

  /**
   * @param clock tells the time in nanoseconds
   */
  TerminalView(PrintStream err, LogLevel level, Screen screen, LongSupplier clock) {
    this.err = err;
    this.level = level;
    this.screen = screen;
    this.clock = clock;
  }

  /** A view that redraws itself, on the caller's terminal or as if it were one of 80 columns. */
  static TerminalView on(Invocation invocation, LogLevel level) {
    Screen screen = invocation.screen();
    Screen shown = screen == null ? Screen.of("", invocation.environment()) : screen;
    TerminalView view = new TerminalView(invocation.err(), level, shown, System::nanoTime);
    Thread thread = new Thread(view::redrawUntilClosed, "progress");
    thread.setDaemon(true);
    view.redrawing = thread;
    thread.start();
    return view;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (event instanceof StepStarted started) {
      active.put(started.id(), new ActiveStep(PlainView.title(started), clock.getAsLong(), screen));
    } else if (event instanceof StepFinished finished) {
      ActiveStep step = active.remove(finished.id());
      if (step != null) {
        ended.add(step.finished(finished));
      }
    } else if (event instanceof StepFailed failed) {
      ActiveStep step = active.remove(failed.id());
      if (step != null) {
        ended.addAll(step.failed(clock.getAsLong()));
      }
    } else if (event instanceof BytesMoved moved) {
      ActiveStep step = active.get(moved.id());
      if (step != null) {
        step.moved(moved);
      }
    } else if (event instanceof StepOutput output) {
      ActiveStep step = active.get(output.id());
      if (step != null) {
        step.output(Printable.line(output.line()));
      }
    } else if (event instanceof Message message && level.tells(message.level())) {
      ended.add(PlainView.text(message));
    }
  }

  @Override
  public synchronized void built(BuildResult result) {
    ended.addAll(SavedTable.lines(result.savedImages()));
    ended.add(PlainView.summary(result));
  }

  @Override
  public void close() {
    closed = true;
    if (redrawing != null) {
      LockSupport.unpark(redrawing);
    }
    synchronized (this) {
      active.clear();
      draw();
    }
  }

  /** Brings the screen up to date. */
  synchronized void draw() {
    StringBuilder out = new StringBuilder(256);
    if (linesDrawn > 0) {
      out.append("\u001b[").append(linesDrawn).append("A\r\u001b[J");
    }
    for (String line : ended) {
      out.append(line).append('\n');
    }
    ended.clear();
    linesDrawn = 0;
    long now = clock.getAsLong();
    int most = Math.min(MAX_LINES_DRAWN, screen.rows() - 2);
    for (ActiveStep step : active.values()) {
      for (String line : step.lines(now)) {
        if (linesDrawn < most) {
          out.append(line).append('\n');
          linesDrawn++;
        }
      }
    }
    if (out.length() > 0) {
      err.print(out);
      err.flush();
    }
  }

  private void redrawUntilClosed() {
    while (!closed) {
      LockSupport.parkNanos(INTERVAL);
      if (!closed) {
        draw();
      }
    }
  }
}
