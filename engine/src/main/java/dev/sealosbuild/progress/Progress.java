package dev.sealosbuild.progress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a build tells what it does. Steps are numbered here, events go to one listener, one at a
 * time, in the order they were told.
 */
public final class Progress {
  private final Listener listener;
  private final AtomicInteger lastStep = new AtomicInteger();

  /** Whoever wants to know; called by one thread at a time. It must not throw. */
  @FunctionalInterface
  public interface Listener {
    void on(BuildEvent event);
  }

  public Progress(Listener listener) {
    this.listener = listener;
  }

  /** A progress that nobody listens to. */
  public static Progress silent() {
    return new Progress(event -> {});
  }

  /** Tells an event. */
  public synchronized void tell(BuildEvent event) {
    listener.on(event);
  }

  public void debug(String text) {
    tell(new BuildEvent.Message(BuildEvent.Level.DEBUG, text));
  }

  public void info(String text) {
    tell(new BuildEvent.Message(BuildEvent.Level.INFO, text));
  }

  public void warn(String text) {
    tell(new BuildEvent.Message(BuildEvent.Level.WARNING, text));
  }

  /** Begins a step; end it with {@link Step#finish} or {@link Step#close}, which is a failure. */
  public Step step(String stage, String text) {
    Step step = new Step(lastStep.incrementAndGet());
    tell(new BuildEvent.StepStarted(step.id, stage, text));
    return step;
  }

  /** A step under way. Closing one that was not finished tells that it failed. */
  public final class Step implements AutoCloseable {
    private final int id;
    private final long start = System.nanoTime();
    private boolean ended;

    private Step(int id) {
      this.id = id;
    }

    /** Tells how many bytes of something have moved; total is -1 where not known. */
    public void bytes(String name, long done, long total) {
      tell(new BuildEvent.BytesMoved(id, name, done, total));
    }

    /** Tells a line of output. */
    public void output(String line) {
      tell(new BuildEvent.StepOutput(id, line));
    }

    /** Ends the step well; the result is what came of it, empty where nothing is to be told. */
    public void finish(boolean cached, String result) {
      ended = true;
      tell(
          new BuildEvent.StepFinished(
              id, cached, System.nanoTime() - start, result.isEmpty() ? null : result));
    }

    @Override
    public void close() {
      if (!ended) {
        ended = true;
        tell(new BuildEvent.StepFailed(id));
      }
    }
  }
}
