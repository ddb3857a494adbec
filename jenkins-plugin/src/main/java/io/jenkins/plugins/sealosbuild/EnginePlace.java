package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.sealosbuild.engine.JavaCommand;
import io.jenkins.plugins.sealosbuild.engine.TextOutput;
import java.io.File;
import java.io.IOException;
import java.util.List;
import jenkins.MasterToSlaveFileCallable;
import org.jspecify.annotations.Nullable;

/** Where the engine, its store and a Java are, as a process of the step's launcher sees them. */
final class EnginePlace {
  private final String java;
  private final String jar;
  private final String store;

  private EnginePlace(String java, String jar, String store) {
    this.java = java;
    this.jar = jar;
    this.store = store;
  }

  /**
   * Finds them, and brings the engine there. Its folder is beside the workspaces of the agent, so
   * that the next build there finds what this one has built. A container that sees nothing but the
   * workspace gets one in the step's folder.
   *
   * @param ofStep where the step keeps its own files
   */
  static EnginePlace find(
      FilePath workspace,
      FilePath ofStep,
      Processes processes,
      SecretFiles files,
      @Nullable String javaHome)
      throws IOException, InterruptedException {
    FilePath ofAgent = StepFolder.ofAgent(workspace);
    String java = workspace.act(new JavaOfAgent());
    if (ofAgent != null) {
      ofAgent.mkdirs();
      TextOutput answer = ask(processes, files, ofAgent, javaHome, java);
      if (JavaCommand.seesFolder(answer.text())) {
        return in(ofAgent, answer.text());
      }
    }
    FilePath ofWorkspace = ofStep.child(StepFolder.NAME);
    ofWorkspace.mkdirs();
    TextOutput answer = ask(processes, files, ofWorkspace, javaHome, java);
    if (!JavaCommand.seesFolder(answer.text())) {
      throw new AbortException(
          "sealos-build: processes of this step cannot write to "
              + ofWorkspace.getRemote()
              + "; mount the workspace and what lies beside it into the container ("
              + answer.text().strip()
              + ")");
    }
    return in(ofWorkspace, answer.text());
  }

  String java() {
    return java;
  }

  String jar() {
    return jar;
  }

  String store() {
    return store;
  }

  private static EnginePlace in(FilePath folder, String answer)
      throws IOException, InterruptedException {
    String java = JavaCommand.javaFound(answer);
    if (java == null) {
      List<String> unfit = JavaCommand.unfit(answer);
      throw new AbortException(
          "sealos-build: there is no java that fits where this step runs"
              + (unfit.isEmpty() ? "" : ", but " + String.join(", ", unfit))
              + "; set javaHome to a JDK or JRE of"
              + " version 17 or newer there");
    }
    String jar = EngineJar.in(folder).getRemote();
    return new EnginePlace(java, jar, folder.child("store").getRemote());
  }

  private static TextOutput ask(
      Processes processes,
      SecretFiles files,
      FilePath folder,
      @Nullable String javaHome,
      String java)
      throws IOException, InterruptedException {
    TextOutput answer = new TextOutput(1 << 16);
    String script = files.script(JavaCommand.question(folder.getRemote(), javaHome, java));
    processes.run(script, answer);
    return answer;
  }

  /** The Java that the agent itself runs with. */
  private static final class JavaOfAgent extends MasterToSlaveFileCallable<String> {
    private static final long serialVersionUID = 1;

    @Override
    public String invoke(File workspace, VirtualChannel channel) {
      return System.getProperty("java.home") + "/bin/java";
    }
  }
}
