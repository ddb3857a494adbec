package dev.sealosbuild.progress;

import org.jspecify.annotations.Nullable;

/** Something that happened in a build. */
public sealed interface BuildEvent {

  /**
   * A step began: an instruction, the push of an image, the pull of a base.
   *
   * @param id number of the step, unique in the build
   * @param stage name of the stage it belongs to; empty for what belongs to none
   * @param text what is done, such as {@code COPY manifests manifests}
   */
  record StepStarted(int id, String stage, String text) implements BuildEvent {}

  /**
   * A step ended well.
   *
   * @param id of the step
   * @param cached whether an earlier build's result was taken
   * @param nanos that it took
   * @param result what came of it, such as a layer's digest and size; null where nothing is to be
   *     told
   */
  record StepFinished(int id, boolean cached, long nanos, @Nullable String result)
      implements BuildEvent {}

  /**
   * A step failed; the failure itself is thrown.
   *
   * @param id of the step
   */
  record StepFailed(int id) implements BuildEvent {}

  /**
   * Bytes moved within a step.
   *
   * @param id of the step
   * @param name of what moves, such as a blob's short digest
   * @param done bytes so far
   * @param total bytes in all; -1 where not yet known
   */
  record BytesMoved(int id, String name, long done, long total) implements BuildEvent {}

  /**
   * A line of a step's own output.
   *
   * @param id of the step
   * @param line without its end
   */
  record StepOutput(int id, String line) implements BuildEvent {}

  /**
   * Something the person who asked should know.
   *
   * @param level how much it matters
   * @param text one line
   */
  record Message(Level level, String text) implements BuildEvent {}

  /** How much a message matters. */
  enum Level {
    DEBUG,
    INFO,
    WARNING
  }
}
