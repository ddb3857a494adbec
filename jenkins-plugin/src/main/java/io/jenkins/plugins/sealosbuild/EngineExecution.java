package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * A step while the engine works. It does not outlast a restart of the controller: who reads what
 * the engine tells, and waits for its end, is a thread there.
 */
abstract class EngineExecution<T> extends SynchronousNonBlockingStepExecution<T> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = Logger.getLogger(EngineExecution.class.getName());

  static final Set<? extends Class<?>> REQUIRED =
      Set.of(Run.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class);

  /** Marks the processes of this step, also for who comes after a restart. */
  private final String cookie = UUID.randomUUID().toString();

  EngineExecution(StepContext context) {
    super(context);
  }

  /** Does the step's work; what it answers is what the step returns. */
  protected abstract T run(EngineRun engine) throws Exception;

  @Override
  protected final T run() throws Exception {
    StepContext context = getContext();
    try {
      Run<?, ?> build = context.get(Run.class);
      EngineRun engine =
          new EngineRun(
              build,
              context.get(FilePath.class),
              context.get(EnvVars.class),
              context.get(Launcher.class),
              context.get(TaskListener.class),
              cookie);
      return run(engine.hiding(SensitiveVariables.of(context, build)));
    } catch (InterruptedException e) {
      // Jenkins writes it into the log of a build that somebody aborts: a trace tells them nothing,
      // nor what could not be removed in a pod that the end of the build has taken away meanwhile.
      LOG.log(Level.FINE, "a step was aborted", e);
      InterruptedException plain = new InterruptedException();
      plain.setStackTrace(new StackTraceElement[0]);
      throw plain;
    }
  }

  /** Ends what the restart has left of the step, then the step. The agent may take its time. */
  @Override
  public void onResume() {
    Thread cleaning = new Thread(this::endAfterRestart, "sealos-build after a restart");
    cleaning.setDaemon(true);
    cleaning.start();
  }

  private void endAfterRestart() {
    AbortException failure = new AbortException(Messages.RESTARTED);
    try {
      StepContext context = getContext();
      Launcher launcher = context.get(Launcher.class);
      FilePath workspace = context.get(FilePath.class);
      EnvVars env = context.get(EnvVars.class);
      if (launcher != null && workspace != null && env != null) {
        Processes.end(launcher, cookie);
        SecretFiles.remove(workspace, env, cookie);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      // The agent is gone, and its processes with it; the next build there removes the files.
      failure.addSuppressed(e);
    } finally {
      getContext().onFailure(failure);
    }
  }
}
