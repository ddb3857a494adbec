package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.Progress;

/** How a build is shown while it runs. */
interface View extends Progress.Listener, AutoCloseable {

  /** Tells what was made, after the last event. */
  void built(BuildResult result);

  /**
   * Tells why nothing was made, after the last event.
   *
   * @return whether it did; else the failure is still to be told
   */
  default boolean failed(BuildException failure) {
    return false;
  }

  /** Ends the view; what is on the screen stays. */
  @Override
  default void close() {}
}
