package dev.sealosbuild.action;

import dev.sealosbuild.cli.Invocation;
import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of the action: from the variables of a runner to its log and its files. */
final class ActionRun {
  private static final int FAILED = 125;

  /** What the engine takes secrets from that a workflow gives by {@code env}. */
  private static final List<String> SECRET_VARIABLES =
      List.of("SEALOS_BUILD_PASSWORD", SigningKeys.PASSPHRASE_VARIABLE);

  private final Map<String, String> environment;
  private final Masking masking = new Masking();
  private final BuildRecord record = new BuildRecord();
  private final Inputs inputs;
  private final WorkflowLog log;

  ActionRun(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.inputs = new Inputs(environment);
    this.log = new WorkflowLog(out, masking);
  }

  /** The exit status: the engine's, or 125 when it could not be called. */
  int run() {
    int status = FAILED;
    try {
      hideSecrets();
      tellUnknown();
      status = inPrivateFolder();
      writeOutputs();
      writeSummary();
    } catch (BuildException e) {
      log.annotate(Annotation.of("error", masking.mask(e.getMessage() + "\n" + e.remedy())));
      status = status == 0 ? FAILED : status;
    } finally {
      log.end();
    }
    return status;
  }

  /** Before anything else is printed. */
  private void hideSecrets() {
    masking.hide(inputs.text(Input.PASSWORD));
    SigningKeys.secrets(inputs).forEach(masking::hide);
    SECRET_VARIABLES.forEach(variable -> masking.hide(environment.getOrDefault(variable, "")));
    try {
      for (String secret : inputs.list(Input.SECRETS)) {
        masking.hide(secret.substring(secret.indexOf('=') + 1));
      }
      for (String secret : inputs.list(Input.SECRET_ENVS)) {
        String variable = secret.substring(secret.indexOf('=') + 1);
        masking.hide(environment.getOrDefault(variable, ""));
      }
    } finally {
      log.hideSecrets();
    }
  }

  /** As a runner itself does: it warns, since a workflow may be older than the action. */
  private void tellUnknown() {
    List<String> known = new ArrayList<>();
    Input.all().forEach(input -> known.add(input.name()));
    Input.OF_STEP.forEach(input -> known.add(input.name()));
    for (String name : inputs.names()) {
      if (!known.contains(name)) {
        log.annotate(
            Annotation.of(
                "warning",
                "the action has no input "
                    + name
                    + "\nits inputs are "
                    + String.join(", ", known)));
      }
    }
  }

  private int inPrivateFolder() {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("sealos-build-action");
      return inputs.has(Input.JOIN) ? join(folder) : build(folder);
    } catch (IOException e) {
      throw new BuildException(
          "there is no folder for temporary files: " + e.getMessage(),
          "see that " + System.getProperty("java.io.tmpdir") + " can be written",
          e);
    } finally {
      remove(folder);
    }
  }

  private int build(Path folder) {
    EngineCall call = EngineCall.of(inputs, environment);
    SourceFiles files = new SourceFiles(inputs, environment);
    BuildLog events = new BuildLog(log, masking, record, files, ActionRun::milliseconds);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status = call(withSecrets(call, folder), events, printed);
    String text = printed.toString(StandardCharsets.UTF_8);
    if (!record.problem().isEmpty()) {
      if (inputs.text(Input.ARGS).isEmpty()) {
        record.failed(Input.inWords(record.problem()), Input.inWords(record.remedy()));
      }
      events.tellFailure();
    } else if (!record.hasImage() && text.startsWith("{")) {
      int found = Findings.annotate(masking.mask(text), files, log);
      log.text(
          found == 0 ? "Check complete, nothing was found" : "Check complete, " + found + " found");
    } else if (!record.hasImage()) {
      log.text(text); // what --help prints
    }
    return status;
  }

  private int join(Path folder) throws IOException {
    IndexJoin join = IndexJoin.of(inputs);
    SourceFiles files = new SourceFiles(inputs, environment);
    BuildLog events = new BuildLog(log, masking, record, files, ActionRun::milliseconds);
    String digest = "";
    List<EngineCall> calls = join.calls(inputs, environment);
    for (int i = 0; i < calls.size(); i++) {
      Path own = Files.createDirectory(folder.resolve(Integer.toString(i)));
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      EngineCall call = i == 0 ? login(calls.get(i), own) : withSecrets(calls.get(i), own);
      int status = call(call, events, printed);
      if (status != 0) {
        record.failed(Input.inWords(record.problem()), Input.inWords(record.remedy()));
        events.tellFailure();
        return status;
      }
      digest = printed.toString(StandardCharsets.UTF_8).strip();
    }
    events.joined(digest, join);
    return 0;
  }

  private EngineCall withSecrets(EngineCall call, Path folder) {
    return login(SigningKeys.apply(inputs, call, folder), folder);
  }

  private EngineCall login(EngineCall call, Path folder) {
    return call.with(List.of(), RegistryLogin.apply(inputs, call.environment(), folder));
  }

  private static long milliseconds() {
    return System.nanoTime() / 1_000_000;
  }

  private int call(EngineCall call, BuildLog events, ByteArrayOutputStream printed) {
    events.begin();
    try (PrintStream err = new PrintStream(events, true, StandardCharsets.UTF_8);
        PrintStream result = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      Invocation invocation =
          new Invocation(
              InputStream.nullInputStream(),
              result,
              err,
              call.environment(),
              null,
              question -> null);
      return dev.sealosbuild.cli.Main.run(call.arguments().toArray(String[]::new), invocation);
    }
  }

  private void writeOutputs() {
    Path output = file("GITHUB_OUTPUT");
    if (output == null) {
      return;
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (record.hasImage()) {
      values.putAll(Outputs.of(record));
    }
    String folder = environment.getOrDefault("RUNNER_TEMP", "");
    if (!folder.isEmpty()) {
      values.put("report", Outputs.writeReport(Path.of(folder), record).toString());
    }
    values.replaceAll((name, value) -> masking.mask(value));
    Outputs.append(output, values);
  }

  private void writeSummary() {
    Path summary = file("GITHUB_STEP_SUMMARY");
    if (summary != null && (record.hasImage() || !record.problem().isEmpty())) {
      Outputs.append(summary, masking.mask(Summary.of(record)));
    }
  }

  private @Nullable Path file(String variable) {
    String name = environment.getOrDefault(variable, "");
    return name.isEmpty() ? null : Path.of(name);
  }

  private static void remove(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new BuildException(
          "credentials are left in " + folder + ": " + e.getMessage(), "remove it", e);
    }
  }
}
