package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
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
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The engine at work for a step: on its agent, in its workspace, through its launcher. */
final class EngineRun {
  private static final int MAX_OUTPUT = 1 << 20;

  private final Run<?, ?> run;
  private final FilePath workspace;
  private final EnvVars env;
  private final Launcher launcher;
  private final TaskListener listener;
  private final String cookie;
  private final Masking masking = new Masking();

  /**
   * @param cookie marks the processes that are started
   */
  EngineRun(
      Run<?, ?> run,
      FilePath workspace,
      EnvVars env,
      Launcher launcher,
      TaskListener listener,
      String cookie) {
    this.run = run;
    this.workspace = workspace;
    this.env = env;
    this.launcher = launcher;
    this.listener = listener;
    this.cookie = cookie;
  }

  /** Hides the values of variables, by their names, in the log and in what is kept. */
  EngineRun hiding(Set<String> variables) {
    for (String name : variables) {
      String value = env.get(name);
      if (value != null) {
        masking.hide(value);
      }
    }
    return this;
  }

  /** Builds an image, and shows it on the build's page. */
  SealosImage build(Settings given) throws IOException, InterruptedException {
    return work(
        given,
        commands -> {
          Settings settings = commands.settings;
          List<String> arguments =
              Polite.telling(
                  () -> BuildCommand.arguments(settings, commands.files, commands.place.store()));
          BuildRecord record = new BuildRecord(masking);
          String output = commands.secrets.output();
          int status =
              commands.start(arguments, ProgressLog.Verbosity.of(settings), record, output);
          boolean check = BuildCommand.isCheck(settings);
          if (check) {
            String findings = commands.secrets.text(output, MAX_OUTPUT);
            listener.getLogger().print(masking.mask(findings));
          }
          if (status != 0) {
            throw failure(status, record);
          }
          return check ? new SealosImage(ImageReport.none()) : result(settings, record);
        });
  }

  /** Work that takes commands of the engine. */
  interface Work<T> {
    T with(Commands commands) throws IOException, InterruptedException;
  }

  /** Does work over one store, with the secrets that the settings name. */
  <T> T work(Settings given, Work<T> work) throws IOException, InterruptedException {
    if (!launcher.isUnix()) {
      throw new AbortException("sealos-build: the engine runs on Linux; this agent is none");
    }
    try {
      return onAgent(SealosConfiguration.get().withDefaults(given), work);
    } catch (IOException | RuntimeException e) {
      AbortException lost = LostSteps.of(e, workspace, env, cookie);
      if (lost != null) {
        throw lost;
      }
      throw e;
    }
  }

  private <T> T onAgent(Settings settings, Work<T> work) throws IOException, InterruptedException {
    workspace.mkdirs();
    FilePath folder = StepFolder.of(workspace, env, settings);
    try (SecretFiles secrets = SecretFiles.in(folder, cookie, run, masking)) {
      HandedFiles files = secrets.of(settings);
      EnginePlace place =
          EnginePlace.find(
              workspace,
              folder,
              new Processes(workspace, env, launcher, cookie),
              secrets,
              settings.text("javaHome"));
      return work.with(new Commands(settings, secrets, files, place));
    }
  }

  /** Commands of the engine. */
  final class Commands {
    private final Settings settings;
    private final SecretFiles secrets;
    private final HandedFiles files;
    private final EnginePlace place;

    private Commands(Settings settings, SecretFiles secrets, HandedFiles files, EnginePlace place) {
      this.settings = settings;
      this.secrets = secrets;
      this.files = files;
      this.place = place;
    }

    /**
     * Runs a command that says itself what it does.
     *
     * @return its standard output
     * @throws AbortException when it fails
     */
    String run(List<String> command) throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      String store = settings.text("store");
      arguments.add("--root=" + (store == null ? place.store() : store));
      String level = settings.text("logLevel");
      if (level != null) {
        arguments.add("--log-level=" + level);
      }
      arguments.addAll(command);
      BuildRecord record = new BuildRecord(masking);
      String output = secrets.output();
      int status = start(arguments, ProgressLog.Verbosity.PLAIN, record, output);
      if (status != 0) {
        throw failure(status, record);
      }
      return secrets.text(output, MAX_OUTPUT);
    }

    /** Writes a key that credentials hold; answers its path. */
    String key(String id) throws IOException, InterruptedException {
      return secrets.keyFile(id);
    }

    /** The options that tell how to talk to registries, and whom to be there. */
    List<String> registry() {
      List<String> options = new ArrayList<>(files.registry());
      if (!settings.flag("tlsVerify", true)) {
        options.add("--tls-verify=false");
      }
      return options;
    }

    /** The options that sign what a command pushes; empty where there is no key. */
    List<String> signing() {
      return files.signing();
    }

    private int start(
        List<String> arguments, ProgressLog.Verbosity verbosity, BuildRecord record, String output)
        throws IOException, InterruptedException {
      PrintStream log = listener.getLogger();
      log.println(masking.mask("+ sealos-build " + JavaCommand.readable(arguments)));
      String script =
          secrets.script(
              JavaCommand.script(
                  place.java(), settings.text("jvmOptions"), place.jar(), arguments, output));
      EnvVars variables = new EnvVars(env);
      // What the step itself is given, as withEnv does, says otherwise.
      SealosConfiguration.get().variables().forEach(variables::putIfAbsent);
      try (ProgressLog progress =
          new ProgressLog(
              log,
              masking,
              verbosity,
              record,
              () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
        return new Processes(workspace, variables, launcher, cookie).run(script, progress);
      }
    }
  }

  private SealosImage result(Settings settings, BuildRecord record) throws IOException {
    ImageReport report = Polite.telling(() -> record.report(settings.texts("platforms")));
    String key = settings.text("signingKeyId");
    if (key != null && !report.getPushed().isEmpty()) {
      report.sign("by the key of the credentials " + key);
    }
    ImagesAction.of(run).add(report);
    return new SealosImage(report);
  }

  private static AbortException failure(int status, BuildRecord record) {
    String why = record.failure(status);
    return new AbortException(
        "sealos-build failed with exit status " + status + (why == null ? "" : ": " + why));
  }
}
