package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** Tasks side by side. */
final class Parallel {
  private Parallel() {}

  /**
   * Runs the tasks and waits for all of them.
   *
   * @throws BuildException the first failure; or that this thread was interrupted, and then the
   *     tasks are as well
   */
  static void run(List<Runnable> tasks, Executor threads) {
    List<FutureTask<Void>> futures = new ArrayList<>();
    for (Runnable task : tasks) {
      FutureTask<Void> future = new FutureTask<>(task, null);
      futures.add(future);
      threads.execute(future);
    }
    ExecutionException failure = null;
    for (FutureTask<Void> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        failure = failure == null ? e : failure;
      } catch (InterruptedException e) {
        futures.forEach(each -> each.cancel(true));
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
