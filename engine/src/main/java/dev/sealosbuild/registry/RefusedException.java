package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;

/** A registry answered, but not as hoped. */
final class RefusedException extends BuildException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedException(int status, String problem, String remedy) {
    super(problem, remedy);
    this.status = status;
  }

  /** Whether it has not got what it was asked for, which says nothing against it. */
  boolean isNotFound() {
    return status == 404;
  }
}
