package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;

/**
 * A step while the engine works. It does not outlast a restart of the controller: who reads what
 * the engine tells, and waits for its end, is a thread there.
 */
abstract class EngineExecution<T> extends SynchronousNonBlockingStepExecution<T> {
  private static final long serialVersionUID = 1;

  static final Set<? extends Class<?>> REQUIRED =
      Set.of(Run.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class);

  EngineExecution(StepContext context) {
    super(context);
  }

  /** Does the step's work; what it answers is what the step returns. */
  protected abstract T run(EngineRun engine) throws Exception;

  @Override
  protected final T run() throws Exception {
    StepContext context = getContext();
    return run(
        new EngineRun(
            context.get(Run.class),
            context.get(FilePath.class),
            context.get(EnvVars.class),
            context.get(Launcher.class),
            context.get(TaskListener.class)));
  }

  @Override
  public void onResume() {
    getContext().onFailure(new AbortException(Messages.RESTARTED));
  }
}
