package dev.sealosbuild.cli;

import dev.sealosbuild.progress.BuildEvent.BytesMoved;
import dev.sealosbuild.progress.BuildEvent.StepFinished;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of one step on a terminal. Each fits its width, and has no line's end. */
final class ActiveStep {
  private static final int BAR = 20;
  private static final int OUTPUT_SHOWN = 3;
  private static final int OUTPUT_KEPT = 30;
  private static final int TRANSFERS_SHOWN = 4;

  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final String title;
  private final long start;
  private final Screen screen;
  private final Map<String, BytesMoved> transfers = new LinkedHashMap<>();
  private final Deque<String> output = new ArrayDeque<>();

  /**
   * @param title without control characters
   * @param start when it began, in nanoseconds
   */
  ActiveStep(String title, long start, Screen screen) {
    this.title = title;
    this.start = start;
    this.screen = screen;
  }

  void moved(BytesMoved event) {
    if (event.done() == event.total()) {
      transfers.remove(event.name());
    } else {
      transfers.put(event.name(), event);
    }
  }

  void output(String line) {
    output.add(line);
    if (output.size() > OUTPUT_KEPT) {
      output.remove();
    }
  }

  /** While it is under way: its title and time, its biggest news below. */
  List<String> lines(long now) {
    List<String> lines = new ArrayList<>();
    lines.add(Columns.between(" => " + title, Quantity.seconds(now - start), width()));
    int shown = 0;
    for (BytesMoved transfer : transfers.values()) {
      if (shown++ < TRANSFERS_SHOWN) {
        lines.add(painted(DIM, transferLine(transfer)));
      }
    }
    int hidden = output.size() - OUTPUT_SHOWN;
    for (String line : output) {
      if (hidden-- <= 0) {
        lines.add(painted(DIM, Columns.cut("    | " + line, width())));
      }
    }
    return lines;
  }

  /** When it ended well. */
  String finished(StepFinished event) {
    String result = event.result() == null ? "" : "  " + Printable.line(event.result());
    String left = (event.cached() ? " => CACHED " : " => ") + title + result;
    String right = event.cached() ? "" : Quantity.seconds(event.nanos());
    return painted(GREEN, Columns.between(left, right, width()));
  }

  /** When it failed: its output may say why. */
  List<String> failed(long now) {
    List<String> lines = new ArrayList<>();
    String left = " => ERROR " + title;
    lines.add(painted(RED, Columns.between(left, Quantity.seconds(now - start), width())));
    for (String line : output) {
      lines.add("    | " + line);
    }
    return lines;
  }

  private String transferLine(BytesMoved transfer) {
    String amount = Quantity.bytes(transfer.done());
    StringBuilder right = new StringBuilder();
    if (transfer.total() > 0) {
      int full = (int) (BAR * Math.min(1.0, (double) transfer.done() / transfer.total()));
      right.append('[').append("#".repeat(full)).append("-".repeat(BAR - full)).append("] ");
      amount += "/" + Quantity.bytes(transfer.total());
    }
    right.append(amount);
    String name = "    " + Printable.line(transfer.name());
    return Columns.between(name, right.toString(), width());
  }

  /** A line of the full width would make some terminals begin another. */
  private int width() {
    return screen.columns() - 1;
  }

  private String painted(String color, String line) {
    return screen.color() ? color + line + PLAIN : line;
  }
}
