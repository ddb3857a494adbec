package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.sealosbuild.engine.Leftovers;
import io.jenkins.plugins.sealosbuild.engine.OutsideFolder;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;
import org.jspecify.annotations.Nullable;

/** Folders of an agent where a step keeps its own files. */
final class StepFolder {
  static final String NAME = "sealos-build";

  private static final Duration OLD = Duration.ofDays(1);

  private StepFolder() {}

  /**
   * The folder for what only this step needs, which its containers are likely to see: beside the
   * workspace, where no build copies it from; the agent's own where that is in a context.
   */
  static FilePath of(FilePath directory, EnvVars env, Settings settings)
      throws IOException, InterruptedException {
    List<String> candidates = candidates(directory, env);
    List<String> trees = OutsideFolder.trees(settings, env.get("WORKSPACE"));
    String chosen = directory.act(new Choice(trees, candidates));
    if (chosen == null) {
      throw new AbortException(
          "sealos-build: each folder that secrets could be kept in is in a build context, so that"
              + " an image could get them ("
              + String.join(", ", candidates)
              + "); build from a directory of the workspace");
    }
    return directory.child(chosen);
  }

  /** Where {@link #of} may have chosen. */
  static List<String> candidates(FilePath directory, EnvVars env) {
    List<String> candidates = new ArrayList<>();
    String given = env.get("WORKSPACE_TMP");
    if (given != null && !given.isBlank()) {
      candidates.add(given);
    }
    // In dir('app') this is within the workspace.
    FilePath beside = WorkspaceList.tempDir(directory);
    if (beside != null) {
      candidates.add(beside.getRemote());
    }
    FilePath ofAgent = ofAgent(directory);
    if (ofAgent != null) {
      candidates.add(ofAgent.getRemote());
    }
    return candidates;
  }

  /** The folder of the agent, for all builds there; null where the agent has no root directory. */
  static @Nullable FilePath ofAgent(FilePath directory) {
    Computer computer = directory.toComputer();
    Node node = computer == null ? null : computer.getNode();
    FilePath root = node == null ? null : node.getRootPath();
    return root == null ? null : root.child(NAME);
  }

  /** Removes what has a prefix and is older than a day. */
  static void removeOld(FilePath folder, String prefix) throws IOException, InterruptedException {
    folder.act(new Removal(prefix));
  }

  /** Chooses where the files are. */
  private static final class Choice extends MasterToSlaveFileCallable<@Nullable String> {
    private static final long serialVersionUID = 1;

    private final ArrayList<String> trees;
    private final ArrayList<String> candidates;

    Choice(List<String> trees, List<String> candidates) {
      this.trees = new ArrayList<>(trees);
      this.candidates = new ArrayList<>(candidates);
    }

    @Override
    public @Nullable String invoke(File directory, VirtualChannel channel) throws IOException {
      return OutsideFolder.choose(directory.toPath(), trees, candidates);
    }
  }

  /** Removes where the files are, by the clock there. */
  private static final class Removal extends MasterToSlaveFileCallable<Boolean> {
    private static final long serialVersionUID = 1;

    private final String prefix;

    Removal(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Boolean invoke(File folder, VirtualChannel channel) throws IOException {
      Leftovers.remove(folder.toPath(), prefix, Instant.now().minus(OLD));
      return true;
    }
  }
}
