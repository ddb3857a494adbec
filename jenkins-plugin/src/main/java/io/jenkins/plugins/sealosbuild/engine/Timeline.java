package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.List;

/** The steps of a build as bars of a drawing, one below the other, time to the right. */
public final class Timeline {
  /** Of the drawing, in its own units. */
  public static final int WIDTH = 1000;

  private static final int ROW = 18;
  private static final int AXIS = 20;

  private final List<Bar> bars = new ArrayList<>();
  private final long end;

  /** A bar: a step, and where it is drawn. */
  public static final class Bar {
    private final StepReport step;
    private final long x;
    private final long width;
    private final int y;

    private Bar(StepReport step, long x, long width, int y) {
      this.step = step;
      this.x = x;
      this.width = width;
      this.y = y;
    }

    public StepReport getStep() {
      return step;
    }

    public long getX() {
      return x;
    }

    public long getWidth() {
      return width;
    }

    public int getY() {
      return y;
    }

    /** What is told of it where the pointer rests. */
    public String getTitle() {
      return "#" + step.getNumber() + " " + step.getInstruction() + ": " + step.getReadableTime();
    }

    /** What tells the steps that were cached from those that were not. */
    public String getKind() {
      return step.isCached() ? "cached" : "done";
    }
  }

  Timeline(List<StepReport> steps) {
    long last = 1;
    for (StepReport step : steps) {
      last = Math.max(last, step.getStart() + step.getMillis());
    }
    end = last;
    for (StepReport step : steps) {
      long x = step.getStart() * WIDTH / end;
      // What took no time at all is to be seen all the same.
      long width = Math.max(2, step.getMillis() * WIDTH / end);
      bars.add(new Bar(step, Math.min(x, WIDTH - 2), width, bars.size() * ROW));
    }
  }

  public List<Bar> getBars() {
    return bars;
  }

  public int getWidth() {
    return WIDTH;
  }

  public int getHeight() {
    return bars.size() * ROW + AXIS;
  }

  /** Where the axis' text stands. */
  public int getBaseline() {
    return getHeight() - 4;
  }

  /** From the first step's beginning to the last one's end. */
  public String getReadableTime() {
    return ReadableText.seconds(end);
  }
}
