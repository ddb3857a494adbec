package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Tasks side by side. */
final class Parallel {
  private Parallel() {}

  /**
   * Runs the tasks and waits for all of them.
   *
   * @throws BuildException the first failure
   */
  static void run(List<Runnable> tasks, Executor threads) {
    List<CompletableFuture<Void>> futures =
        tasks.stream().map(task -> CompletableFuture.runAsync(task, threads)).toList();
    try {
      CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a transfer failed", e.getCause());
    }
  }
}
