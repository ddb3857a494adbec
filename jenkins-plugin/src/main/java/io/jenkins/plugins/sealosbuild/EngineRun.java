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
import io.jenkins.plugins.sealosbuild.engine.TextOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The engine at work for a step: on its agent, in its workspace, through its launcher. */
final class EngineRun {
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
    try (SecretFiles secrets = open()) {
      HandedFiles files = secrets.of(settings);
      EnginePlace place = place(settings, secrets);
      List<String> arguments =
          Polite.telling(() -> BuildCommand.arguments(settings, files, place.store()));
      BuildRecord record = new BuildRecord();
      TextOutput output = new TextOutput(MAX_OUTPUT);
      int status =
          run(
              secrets,
              place,
              settings,
              arguments,
              files,
              ProgressLog.Verbosity.of(settings),
              output,
              record);
      return result(settings, status, record, output);
    }
  }

  /** A command of the engine, made of where it may keep files and of what secrets it is given. */
  interface Work<T> {
    T with(Commands commands) throws IOException, InterruptedException;
  }

  /** Does work that takes several commands of the engine over one store. */
  <T> T work(Settings given, Work<T> work) throws IOException, InterruptedException {
    Settings settings = SealosConfiguration.get().withDefaults(given);
    try (SecretFiles secrets = open()) {
      HandedFiles files = secrets.of(settings);
      return work.with(new Commands(settings, secrets, files, place(settings, secrets)));
    }
  }

  /** Commands of the engine that say themselves what they do. */
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
     * Runs one.
     *
     * @return its standard output
     * @throws AbortException when it fails
     */
    String run(List<String> command) throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      String store = settings.text("store");
      arguments.add("--root=" + (store == null ? place.store() : store));
      arguments.addAll(command);
      TextOutput output = new TextOutput(MAX_OUTPUT);
      BuildRecord record = new BuildRecord();
      int status =
          EngineRun.this.run(
              secrets,
              place,
              settings,
              arguments,
              files,
              ProgressLog.Verbosity.PLAIN,
              output,
              record);
      if (status != 0) {
        throw failure(status, record);
      }
      return output.text();
    }

    /** Writes a key that credentials hold; answers its path. */
    String key(String id) throws IOException, InterruptedException {
      return secrets.keyFile(id);
    }

    /** The options that tell how to talk to registries, and whom to be there. */
    List<String> registry() {
      List<String> options = new ArrayList<>(files.options());
      if (!settings.flag("tlsVerify", true)) {
        options.add("--tls-verify=false");
      }
      return options;
    }
  }

  private SecretFiles open() throws IOException, InterruptedException {
    if (!launcher.isUnix()) {
      throw new AbortException("sealos-build: the engine runs on Linux; this agent is none");
    }
    workspace.mkdirs();
    return SecretFiles.beside(workspace, run, masking);
  }

  private EnginePlace place(Settings settings, SecretFiles files)
      throws IOException, InterruptedException {
    Processes processes = new Processes(workspace, env, launcher);
    return EnginePlace.find(workspace, processes, files, settings.text("javaHome"));
  }

  private int run(
      SecretFiles secrets,
      EnginePlace place,
      Settings settings,
      List<String> arguments,
      HandedFiles files,
      ProgressLog.Verbosity verbosity,
      TextOutput output,
      BuildRecord record)
      throws IOException, InterruptedException {
    PrintStream log = listener.getLogger();
    log.println(masking.mask("+ sealos-build " + JavaCommand.readable(arguments)));
    String script =
        secrets.script(
            JavaCommand.script(
                place.java(),
                settings.text("jvmOptions"),
                place.jar(),
                arguments,
                files.standardInput()));
    EnvVars variables = new EnvVars(env);
    variables.putAll(SealosConfiguration.get().variables());
    try (ProgressLog progress =
        new ProgressLog(
            log,
            masking,
            verbosity,
            record,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
      return new Processes(workspace, variables, launcher).run(script, output, progress);
    }
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
}
