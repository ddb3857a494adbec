package dev.sealosbuild.run;

import java.util.List;

/**
 * How a command ended.
 *
 * @param status its exit status, or 128 and the number of the signal that killed it
 * @param lastLines the end of what it wrote, at most {@value #LINES} lines
 */
public record Outcome(int status, List<String> lastLines) {
  /** How many lines are kept. */
  public static final int LINES = 20;

  public Outcome {
    lastLines = List.copyOf(lastLines);
  }
}
