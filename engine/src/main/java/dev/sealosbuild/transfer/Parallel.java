package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** Tasks side by side, which may begin others. */
final class Parallel {
  private final Executor threads;
  private final Queue<FutureTask<Void>> begun = new ConcurrentLinkedQueue<>();
  private volatile boolean failed;

  Parallel(Executor threads) {
    this.threads = threads;
  }

  /**
   * Runs the tasks and waits for all of them.
   *
   * @throws BuildException the first failure; or that this thread was interrupted, and then the
   *     tasks are as well
   */
  static void run(List<Runnable> tasks, Executor threads) {
    Parallel all = new Parallel(threads);
    tasks.forEach(all::begin);
    all.await();
  }

  /** Has a task run; also to be called by tasks, before the last that was begun so far ends. */
  void begin(Runnable task) {
    FutureTask<Void> future =
        new FutureTask<>(
            () -> {
              boolean done = false;
              try {
                task.run();
                done = true;
              } finally {
                if (!done) {
                  failed = true;
                }
              }
            },
            null);
    begun.add(future);
    threads.execute(future);
  }

  /** Whether a failure is known, so that whatever else there is to do is done for nothing. */
  boolean hasFailed() {
    return failed;
  }

  /**
   * Waits for all tasks.
   *
   * @throws BuildException as {@link #run} does
   */
  void await() {
    ExecutionException failure = null;
    for (FutureTask<Void> next = begun.poll(); next != null; next = begun.poll()) {
      try {
        next.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e : failure;
      } catch (InterruptedException e) {
        next.cancel(true);
        begun.forEach(each -> each.cancel(true));
        Thread.currentThread().interrupt();
        throw new BuildException("the transfer was interrupted", "try again", e);
      }
    }
    if (failure != null && failure.getCause() instanceof RuntimeException cause) {
      throw cause;
    } else if (failure != null) {
      throw new IllegalStateException("a transfer failed", failure.getCause());
    }
  }
}
