package dev.sealosbuild.build;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Daemon threads that end with whoever opened them; each as many as there is to do. */
final class Threads implements Executor, AutoCloseable {
  private final ExecutorService executor;

  /** As many threads as there are tasks. */
  Threads(String name) {
    this.executor = Executors.newCachedThreadPool(task -> daemon(task, name));
  }

  /** A fixed number of threads. */
  Threads(String name, int count) {
    this.executor = Executors.newFixedThreadPool(count, task -> daemon(task, name));
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
