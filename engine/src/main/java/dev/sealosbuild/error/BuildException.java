package dev.sealosbuild.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure that the person who asked for the work can understand and mend.
 *
 * <p>Its message says what was asked and what was found; {@link #remedy()} says what to do about
 * it.
 */
public class BuildException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  /**
   * @param problem what was asked and what was found instead, one sentence without a full stop
   * @param remedy what to do, one sentence without a full stop; empty when there is nothing to add
   */
  public BuildException(String problem, String remedy) {
    super(problem); // leaves the cause open for initCause
    this.remedy = remedy;
  }

  /** As {@link #BuildException(String, String)}, keeping the cause for the debug log. */
  public BuildException(String problem, String remedy, @Nullable Throwable cause) {
    super(problem, cause);
    this.remedy = remedy;
  }

  /** What to do about it; empty when the message says it all. */
  public String remedy() {
    return remedy;
  }

  /** The message and the remedy on one line, as a plain log shows them. */
  public String sentence() {
    return remedy.isEmpty() ? getMessage() : getMessage() + "; " + remedy;
  }
}
