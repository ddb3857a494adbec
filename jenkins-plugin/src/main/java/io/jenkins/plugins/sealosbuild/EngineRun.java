package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Proc;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.sealosbuild.engine.BuildCommand;
import io.jenkins.plugins.sealosbuild.engine.BuildRecord;
import io.jenkins.plugins.sealosbuild.engine.HandedFiles;
import io.jenkins.plugins.sealosbuild.engine.ImageReport;
import io.jenkins.plugins.sealosbuild.engine.JavaCommand;
import io.jenkins.plugins.sealosbuild.engine.Masking;
import io.jenkins.plugins.sealosbuild.engine.ProgressLog;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import io.jenkins.plugins.sealosbuild.engine.TextOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The engine at work for a step: on its agent, in its workspace, through its launcher. */
final class EngineRun {
  /** Marks the engine's processes, so that they are found when they must end. */
  private static final String COOKIE = "SEALOS_BUILD_COOKIE";

  private static final int MAX_OUTPUT = 1 << 20;

  private final Run<?, ?> run;
  private final FilePath workspace;
  private final EnvVars env;
  private final Launcher launcher;
  private final TaskListener listener;
  private final Masking masking = new Masking();

  EngineRun(
      Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener) {
    this.run = run;
    this.workspace = workspace;
    this.env = env;
    this.launcher = launcher;
    this.listener = listener;
  }

  /** Builds an image, and shows it on the build's page. */
  SealosImage build(Settings given) throws IOException, InterruptedException {
    Settings settings = SealosConfiguration.get().withDefaults(given);
    EnginePlace place = place(settings);
    try (SecretFiles secrets = SecretFiles.beside(workspace, run, masking)) {
      HandedFiles files = secrets.of(settings);
      List<String> arguments =
          Polite.telling(() -> BuildCommand.arguments(settings, files, place.store()));
      BuildRecord record = new BuildRecord();
      TextOutput output = new TextOutput(MAX_OUTPUT);
      int status;
      try (ProgressLog log =
          new ProgressLog(
              listener.getLogger(),
              masking,
              ProgressLog.Verbosity.of(settings),
              record,
              () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
        status = start(place, settings, arguments, files.standardInput(), output, log);
      }
      return result(settings, status, record, output);
    }
  }

  /**
   * Runs a command that says itself what it does.
   *
   * @return its standard output
   * @throws AbortException when it fails
   */
  String command(Settings settings, List<String> arguments, @Nullable String standardInput)
      throws IOException, InterruptedException {
    EnginePlace place = place(settings);
    TextOutput output = new TextOutput(MAX_OUTPUT);
    BuildRecord record = new BuildRecord();
    int status;
    try (ProgressLog log =
        new ProgressLog(
            listener.getLogger(), masking, ProgressLog.Verbosity.PLAIN, record, () -> 0)) {
      List<String> all = new ArrayList<>(List.of("--root=" + store(settings, place)));
      all.addAll(arguments);
      status = start(place, settings, all, standardInput, output, log);
    }
    if (status != 0) {
      throw failure(status, record);
    }
    return output.text();
  }

  SecretFiles secretFiles() throws IOException, InterruptedException {
    return SecretFiles.beside(workspace, run, masking);
  }

  private EnginePlace place(Settings settings) throws IOException, InterruptedException {
    if (!launcher.isUnix()) {
      throw new AbortException("sealos-build: the engine runs on Linux; this agent is none");
    }
    workspace.mkdirs();
    return EnginePlace.find(workspace, env, launcher, settings.text("javaHome"));
  }

  private static String store(Settings settings, EnginePlace place) {
    String chosen = settings.text("store");
    return chosen == null ? place.store() : chosen;
  }

  private SealosImage result(Settings settings, int status, BuildRecord record, TextOutput output)
      throws IOException {
    boolean check = BuildCommand.isCheck(settings);
    if (check) {
      listener.getLogger().print(masking.mask(output.text()));
    }
    if (status != 0) {
      throw failure(status, record);
    }
    if (check) {
      return new SealosImage(ImageReport.none());
    }
    ImageReport report = Polite.telling(() -> record.report(settings.texts("platforms")));
    String key = settings.text("signingKeyId");
    if (key != null && !report.getPushed().isEmpty()) {
      report.sign("by the key of the credentials " + key);
    }
    ImagesAction.of(run).add(report);
    return new SealosImage(report);
  }

  private static AbortException failure(int status, BuildRecord record) {
    String why = record.failure();
    return new AbortException(
        "sealos-build failed with exit status " + status + (why == null ? "" : ": " + why));
  }

  private int start(
      EnginePlace place,
      Settings settings,
      List<String> arguments,
      @Nullable String standardInput,
      OutputStream output,
      OutputStream log)
      throws IOException, InterruptedException {
    listener.getLogger().println(masking.mask("+ sealos-build " + JavaCommand.readable(arguments)));
    String cookie = UUID.randomUUID().toString();
    EnvVars variables = new EnvVars(env);
    variables.put(COOKIE, cookie);
    variables.putAll(SealosConfiguration.get().variables());
    Proc engine =
        launcher
            .launch()
            .cmds(
                JavaCommand.of(
                    place.java(),
                    settings.text("jvmOptions"),
                    place.jar(),
                    arguments,
                    standardInput))
            .envs(variables)
            .pwd(workspace)
            .quiet(true)
            .stdout(output)
            .stderr(log)
            .start();
    try {
      return engine.join();
    } catch (InterruptedException e) {
      listener.getLogger().println("sealos-build: aborted, ending the engine");
      engine.kill();
      launcher.kill(Map.of(COOKIE, cookie));
      throw e;
    }
  }
}
