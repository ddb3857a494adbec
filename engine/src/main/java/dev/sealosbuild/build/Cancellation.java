package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the stages that are executed at the same time should go on: the first failure of one ends
 * the others.
 */
final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable Throwable cause;

  /** Ends what is under way. The first call's cause is the one that counts. */
  void cancel(Throwable newCause) {
    List<Runnable> due;
    synchronized (this) {
      if (cause != null) {
        return;
      }
      cause = newCause;
      due = new ArrayList<>(actions);
    }
    due.forEach(Runnable::run);
  }

  /** Why everything ends; null while it goes on. */
  synchronized @Nullable Throwable cause() {
    return cause;
  }

  /**
   * Ends the caller where something else has failed.
   *
   * @throws BuildException that nobody gets to see: the first failure is reported
   */
  void check() {
    if (cause() != null) {
      throw new BuildException("another stage has failed", "");
    }
  }

  /**
   * Has something done when everything ends, such as killing a process; at once where that has
   * happened. Closing what is returned takes it back.
   */
  Registration onCancel(Runnable action) {
    synchronized (this) {
      if (cause == null) {
        actions.add(action);
        return new Registration(action);
      }
    }
    action.run();
    return new Registration(action);
  }

  /** Takes an action back when closed. */
  final class Registration implements AutoCloseable {
    private final Runnable action;

    private Registration(Runnable action) {
      this.action = action;
    }

    @Override
    public void close() {
      synchronized (Cancellation.this) {
        actions.remove(action);
      }
    }
  }
}
