package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the stages and platforms that are executed at the same time should go on: the first
 * failure of one interrupts the others, and is the one that is reported.
 */
final class Cancellation {
  /** The threads that work, with how often each has said so: work may be part of other work. */
  private final Map<Thread, Integer> working = new HashMap<>();

  private final Set<Thread> interrupted = new HashSet<>();
  private @Nullable Throwable cause;

  /**
   * Does some work, which is interrupted when other work fails; fails it itself, others are.
   *
   * @throws BuildException that nobody gets to see where other work has failed before
   */
  <T> T during(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      cancel(e);
      throw e;
    } finally {
      leave();
    }
  }

  /**
   * Waits for all of the work, so that nothing of it goes on when this ends.
   *
   * @param tasks that do their work by {@link #during}
   * @return their results, in their order
   * @throws RuntimeException the first failure of all
   */
  <T> List<T> results(List<? extends Future<T>> tasks) {
    List<T> results = new ArrayList<>();
    boolean stopped = false;
    ExecutionException failure = null;
    for (int i = 0; i < tasks.size(); ) {
      try {
        results.add(tasks.get(i).get());
        i++;
      } catch (ExecutionException e) {
        failure = e;
        i++;
      } catch (InterruptedException e) {
        stopped |= cause() == null;
        cancel(interruption(e));
      }
    }
    if (stopped) {
      Thread.currentThread().interrupt();
    }
    if (failure != null || stopped) {
      throw first(failure);
    }
    return results;
  }

  /** Waits for work that others do, too. */
  <T> T result(Future<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interruption(e);
    } catch (ExecutionException e) {
      throw first(e);
    }
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
      throw new BuildException("something else has failed", "");
    }
  }

  private synchronized void enter() {
    check();
    working.merge(Thread.currentThread(), 1, Integer::sum);
  }

  /** Others that are interrupted after this thread is done would interrupt what it does next. */
  private synchronized void leave() {
    Thread here = Thread.currentThread();
    if (working.merge(here, -1, Integer::sum) == 0) {
      working.remove(here);
      if (interrupted.remove(here)) {
        Thread.interrupted();
      }
    }
  }

  /** The first call's cause is the one that counts. */
  private synchronized void cancel(Throwable newCause) {
    if (cause != null) {
      return;
    }
    cause = newCause;
    for (Thread thread : working.keySet()) {
      if (thread != Thread.currentThread()) {
        interrupted.add(thread);
        thread.interrupt();
      }
    }
  }

  private static BuildException interruption(InterruptedException e) {
    return new BuildException("the build was interrupted", "build again", e);
  }

  /** Of several failures the first is the one to mend: others may have come of it. */
  private RuntimeException first(@Nullable ExecutionException failure) {
    Throwable known = cause();
    Throwable first = known != null || failure == null ? known : failure.getCause();
    if (first instanceof Error error) {
      throw error;
    }
    return first instanceof RuntimeException exception
        ? exception
        : new IllegalStateException("a stage failed", first);
  }
}
