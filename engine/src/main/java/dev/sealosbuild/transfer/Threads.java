package dev.sealosbuild.transfer;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Daemon threads that end with whoever opened them. */
public final class Threads implements Executor, AutoCloseable {
  private final ExecutorService executor;

  /** A fixed number of threads. */
  public Threads(String name, int count) {
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
