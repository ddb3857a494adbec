package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.Locale;

/** A command of RUN that ended with a status other than 0. */
public final class CommandFailure extends BuildException {
  private static final long serialVersionUID = 1;

  /** More of its output would hide the message itself; all of it was told while it ran. */
  private static final int SHOWN_LINES = 10;

  private final int status;

  /**
   * @param status its exit status, or 128 and the number of the signal that killed it
   * @param lastLines the end of what it wrote
   */
  CommandFailure(int status, List<String> lastLines) {
    super(problem(status, lastLines), "");
    this.status = status;
  }

  /** Whether the kernel knew no way to run the program. */
  boolean isWrongFormat() {
    return String.valueOf(getMessage()).toLowerCase(Locale.ROOT).contains("exec format error");
  }

  /** The exit status, which the build ends with as well. */
  public int status() {
    return status;
  }

  private static String problem(int status, List<String> lastLines) {
    StringBuilder text = new StringBuilder("the command ended with exit status ").append(status);
    if (lastLines.isEmpty()) {
      return text.append(" and wrote nothing").toString();
    }
    text.append("; it wrote last:");
    int from = Math.max(0, lastLines.size() - SHOWN_LINES);
    for (String line : lastLines.subList(from, lastLines.size())) {
      text.append("\n    ").append(line);
    }
    return text.toString();
  }
}
