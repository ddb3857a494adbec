package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.ComputerListener;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jspecify.annotations.Nullable;

/**
 * Steps whose agent was lost while they were at work. Neither the engine nor the files with secrets
 * can be reached then: both end when the agent is back.
 */
@Extension
public final class LostSteps extends ComputerListener {
  private static final Logger LOG = Logger.getLogger(LostSteps.class.getName());

  private final Map<String, List<Step>> byAgent = new LinkedHashMap<>();

  private record Step(String workspace, EnvVars env, String cookie) {}

  /**
   * What a step is to fail with.
   *
   * @param failure of the step
   * @return where its cause is that the agent was lost, a message that says so; else null
   */
  static @Nullable AbortException of(
      Exception failure, FilePath workspace, EnvVars env, String cookie) {
    String agent = env.get("NODE_NAME");
    if (agent == null || !workspace.isRemote() || !Channel.isClosedChannelException(failure)) {
      return null;
    }
    ExtensionList.lookupSingleton(LostSteps.class)
        .add(agent, new Step(workspace.getRemote(), new EnvVars(env), cookie));
    AbortException lost =
        new AbortException(
            "sealos-build: the agent "
                + agent
                + " was lost while the engine was at work there; run the build again: what was"
                + " built before comes from the store of the agent, where that is still there");
    // The failure itself cannot be kept with the build, which would show a trace in its place.
    LOG.log(Level.WARNING, lost.getMessage(), failure);
    // By this, retry(conditions: [agent()]) knows it.
    lost.initCause(new EOFException("the channel to " + agent + " was closed"));
    return lost;
  }

  @Override
  public void onOnline(Computer computer, TaskListener listener)
      throws IOException, InterruptedException {
    Node node = computer.getNode();
    for (Step step : remove(computer.getName())) {
      FilePath workspace = node == null ? null : node.createPath(step.workspace());
      if (workspace != null) {
        listener.getLogger().println("Ending what sealos-build has left in " + step.workspace());
        Processes.end(node.createLauncher(listener), step.cookie());
        SecretFiles.remove(workspace, step.env(), step.cookie());
      }
    }
  }

  private synchronized void add(String agent, Step step) {
    // Those that were deleted, as pods are, do not come back.
    byAgent.keySet().removeIf(name -> Jenkins.get().getNode(name) == null);
    byAgent.computeIfAbsent(agent, name -> new ArrayList<>()).add(step);
  }

  private synchronized List<Step> remove(String agent) {
    List<Step> steps = byAgent.remove(agent);
    return steps == null ? List.of() : steps;
  }
}
