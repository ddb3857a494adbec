package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;

/** What was sent is not what its digest says. */
final class WrongContentException extends BuildException {
  private static final long serialVersionUID = 1;

  private final boolean elsewhere;

  /**
   * @param elsewhere whether another place is asked when the blob is asked for again
   */
  WrongContentException(BuildException failure, boolean elsewhere) {
    super(String.valueOf(failure.getMessage()), failure.remedy(), failure.getCause());
    this.elsewhere = elsewhere;
  }

  boolean isElsewhere() {
    return elsewhere;
  }
}
