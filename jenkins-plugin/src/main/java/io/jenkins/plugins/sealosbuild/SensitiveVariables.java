package io.jenkins.plugins.sealosbuild;

import hudson.model.AbstractBuild;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Run;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The names of a build's variables that hold secrets. Who bound them masks the log with them, but
 * not the page and the record that a step makes itself.
 */
final class SensitiveVariables {
  private SensitiveVariables() {}

  /** Of a step: what {@code withCredentials} and the like have bound around it, and its build's. */
  static Set<String> of(StepContext context, Run<?, ?> run)
      throws IOException, InterruptedException {
    Set<String> names = new HashSet<>(of(run));
    EnvironmentExpander bound = context.get(EnvironmentExpander.class);
    if (bound != null) {
      names.addAll(bound.getSensitiveVariables());
    }
    return names;
  }

  /** Of a build: its password parameters, and what a freestyle job binds. */
  static Set<String> of(Run<?, ?> run) {
    if (run instanceof AbstractBuild<?, ?> build) {
      return build.getSensitiveBuildVariables();
    }
    Set<String> names = new HashSet<>();
    ParametersAction parameters = run.getAction(ParametersAction.class);
    if (parameters != null) {
      for (ParameterValue parameter : parameters.getAllParameters()) {
        if (parameter.isSensitive()) {
          names.add(parameter.getName());
        }
      }
    }
    return names;
  }
}
