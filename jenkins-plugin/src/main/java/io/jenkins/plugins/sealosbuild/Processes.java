package io.jenkins.plugins.sealosbuild;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import io.jenkins.plugins.sealosbuild.engine.JavaCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts scripts through the launcher of a step, in its workspace, with its environment. */
final class Processes {
  /**
   * Marks what was started, so that it is found when it must end. It has the name that the step
   * {@code sh} uses: the launcher of Kubernetes looks for no other.
   */
  private static final String COOKIE = "JENKINS_SERVER_COOKIE";

  private final FilePath workspace;
  private final EnvVars env;
  private final Launcher launcher;
  private final String cookie;

  Processes(FilePath workspace, EnvVars env, Launcher launcher, String cookie) {
    this.workspace = workspace;
    this.env = env;
    this.launcher = launcher;
    this.cookie = cookie;
  }

  /**
   * Runs a script until its end.
   *
   * @param output gets what it writes, also on standard error: not every launcher tells them apart
   * @return its exit status
   * @throws InterruptedException when the step is to stop; the script and what it has started are
   *     ended before
   */
  int run(String script, OutputStream output) throws IOException, InterruptedException {
    EnvVars variables = variables();
    variables.put(COOKIE, cookie);
    Proc process = null;
    try {
      process = start(List.of("sh", literal(script)), variables, output);
      return process.join();
    } catch (IOException | InterruptedException | RuntimeException e) {
      end(process, e);
      throw e;
    }
  }

  private EnvVars variables() {
    EnvVars variables = new EnvVars();
    env.forEach((name, value) -> variables.put(name, literal(value)));
    return variables;
  }

  private Proc start(List<String> command, EnvVars variables, OutputStream output)
      throws IOException {
    return launcher
        .launch()
        .cmds(command)
        .envs(variables)
        .pwd(workspace)
        .quiet(true)
        .stdout(output)
        .stderr(output)
        .start();
  }

  /**
   * A text that a launcher leaves as it is. The local launcher, in which those of an agent and of
   * Docker end, puts variables into the values of variables and into arguments, and so into those
   * that {@code docker exec --env} has been given; that of Kubernetes undoes the doubling itself,
   * since the step {@code sh} doubles too.
   */
  private static String literal(String text) {
    return text.replace("$", "$$");
  }

  /** Ends what was started under a cookie. */
  static void end(Launcher launcher, String cookie) throws IOException, InterruptedException {
    launcher.kill(Map.of(COOKIE, cookie));
  }

  private void end(@Nullable Proc process, Exception why) throws InterruptedException {
    try {
      if (process != null) {
        process.kill();
      }
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    } finally {
      endByCookie(why);
    }
  }

  /**
   * Ends what the process has started, where it did not end with it, and a process that nobody has
   * because its start was broken off. Docker's launcher does so with {@code ps}, which many images
   * lack.
   */
  private void endByCookie(Exception why) throws InterruptedException {
    try {
      end(launcher, cookie);
    } catch (IOException | RuntimeException e) {
      try {
        String script = literal(JavaCommand.killing(COOKIE + "=" + cookie));
        start(List.of("sh", "-c", script), variables(), OutputStream.nullOutputStream()).join();
      } catch (IOException | RuntimeException second) {
        why.addSuppressed(e);
      }
    }
  }
}
