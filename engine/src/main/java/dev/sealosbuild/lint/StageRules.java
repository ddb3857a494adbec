package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.dockerfile.Dialect;
import dev.sealosbuild.dockerfile.Flag;
import dev.sealosbuild.dockerfile.Heredoc;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.WordExpansion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules about the instructions of one stage, which are followed from the first to the last. */
final class StageRules {
  private final LintContext context;
  private final Findings findings;
  private final Scope globals;
  private final Scope scope;
  private final boolean windows;
  private Instruction.@Nullable Cmd cmd;
  private Instruction.@Nullable Entrypoint entrypoint;
  private Instruction.@Nullable Health health;

  /**
   * @param globals the arguments before the first FROM
   * @param scope what the stage begins with; changed as its instructions are followed
   * @param windows whether paths are those of Windows
   */
  StageRules(LintContext context, Findings findings, Scope globals, Scope scope, boolean windows) {
    this.context = context;
    this.findings = findings;
    this.globals = globals;
    this.scope = scope;
    this.windows = windows;
  }

  void check(Instruction instruction) {
    if (instruction instanceof Instruction.Arg arg) {
      arg.definitions().forEach(definition -> declare(arg, definition));
    } else if (instruction instanceof Instruction.Expose expose) {
      expose(expose);
    } else if (instruction instanceof Instruction.Cmd command) {
      once(cmd, instruction);
      cmd = command;
      json(command, command.command());
    } else if (instruction instanceof Instruction.Entrypoint command) {
      once(entrypoint, instruction);
      entrypoint = command;
      json(command, command.command());
    } else if (instruction instanceof Instruction.Health check) {
      once(health, instruction);
      health = check;
    } else if (instruction instanceof Instruction.Shell) {
      scope.setShell();
    } else {
      WordExpansion words = new WordExpansion(instruction, scope);
      expandAll(instruction, words);
      reportUndefined(instruction, words);
    }
  }

  private void expandAll(Instruction instruction, WordExpansion words) {
    if (instruction instanceof Instruction.Env env) {
      environment(env, words);
    } else if (instruction instanceof Instruction.Label label) {
      for (Instruction.Assignment assignment : label.labels()) {
        legacy(label, assignment);
        expand(words, assignment.name());
        expand(words, assignment.value());
      }
    } else if (instruction instanceof Instruction.Transfer transfer) {
      transfer(transfer, words);
    } else if (instruction instanceof Instruction.Workdir workdir) {
      workdir(workdir, words);
    } else if (instruction instanceof Instruction.Run run) {
      for (Flag flag : run.flags()) {
        if (flag.value() != null) {
          expand(words, flag.value());
        }
      }
    } else if (instruction instanceof Instruction.User user) {
      expand(words, user.user());
    } else if (instruction instanceof Instruction.Volume volume) {
      volume.paths().forEach(path -> expand(words, path));
    } else if (instruction instanceof Instruction.StopSignal signal) {
      expand(words, signal.signal());
    }
  }

  private void declare(Instruction.Arg arg, Instruction.Definition definition) {
    WordExpansion words = new WordExpansion(arg, scope);
    String name = expand(words, definition.name());
    if (name == null) {
      return;
    }
    secret(arg, name);
    String value = context.buildArgs().get(name);
    if (value == null && definition.value() != null) {
      value = expand(words, definition.value());
      reportUndefined(arg, words);
    } else if (value == null) {
      value = globals.apply(name);
    }
    scope.declare(name, value);
  }

  private void environment(Instruction.Env env, WordExpansion words) {
    int count = env.variables().size();
    String[] names = new String[count];
    String[] values = new String[count];
    for (int i = 0; i < count; i++) {
      Instruction.Assignment assignment = env.variables().get(i);
      legacy(env, assignment);
      String name = expand(words, assignment.name());
      names[i] = name == null ? assignment.name() : name;
      secret(env, names[i]);
      String value = expand(words, assignment.value());
      values[i] = value == null ? "" : value;
    }
    // Only now: all words of an instruction see what was set before it.
    for (int i = 0; i < count; i++) {
      scope.setEnvironment(names[i], values[i]);
    }
  }

  private void legacy(Instruction instruction, Instruction.Assignment assignment) {
    if (assignment.legacy()) {
      String keyword = instruction.keyword();
      findings.report(
          Rule.LEGACY_KEY_VALUE_FORMAT,
          instruction,
          "\""
              + keyword
              + " key=value\" should be used instead of the legacy \""
              + keyword
              + " key value\" format");
    }
  }

  private void secret(Instruction instruction, String name) {
    if (SecretNames.promisesSecret(name)) {
      findings.report(
          Rule.SECRETS_USED_IN_ARG_OR_ENV,
          instruction,
          "Do not use ARG or ENV for sensitive data ("
              + instruction.keyword()
              + " \""
              + name
              + "\"), a RUN --mount=type=secret leaves no trace of it");
    }
  }

  private void transfer(Instruction.Transfer transfer, WordExpansion words) {
    expandOptional(words, transfer.chown());
    expandOptional(words, transfer.chmod());
    boolean fromContext = true;
    if (transfer instanceof Instruction.Copy copy && copy.from() != null) {
      fromContext = false;
      if (copy.origin().dialect() == Dialect.BUILDAH) {
        expand(words, copy.from());
      }
    } else if (transfer instanceof Instruction.Add add) {
      expandOptional(words, add.checksum());
    }
    for (String source : transfer.sources()) {
      String path = expand(words, source);
      if (path != null && !path.isEmpty() && fromContext && isKnown(words)) {
        ignored(transfer, path);
      }
    }
    expand(words, transfer.destination());
    for (Heredoc heredoc : transfer.inline()) {
      if (heredoc.expand()) {
        document(words, heredoc.content());
      }
    }
  }

  private void ignored(Instruction.Transfer transfer, String source) {
    boolean isAdd = transfer instanceof Instruction.Add;
    if (isAdd && Paths.isRemote(source)) {
      return;
    }
    String path = Paths.inContext(source);
    if (path != null && context.ignored().test(path)) {
      findings.report(
          Rule.COPY_IGNORED_FILE,
          transfer,
          "Attempting to "
              + (isAdd ? "Add" : "Copy")
              + " file \""
              + (path.isEmpty() ? "." : path)
              + "\" that is excluded by the ignore file");
    }
  }

  private void workdir(Instruction.Workdir workdir, WordExpansion words) {
    String path = expand(words, workdir.path());
    if (path != null && !scope.workdirSet() && isKnown(words) && !Paths.isAbsolute(path, windows)) {
      findings.report(
          Rule.WORKDIR_RELATIVE_PATH,
          workdir,
          "Relative workdir \"" + path + "\" can be another directory if the base image changes");
    }
    // A second relative one is mended with the first.
    scope.setWorkdir();
  }

  private void expose(Instruction.Expose expose) {
    WordExpansion words = new WordExpansion(expose, scope);
    for (String word : expose.ports()) {
      try {
        for (String port : words.expandToWords(word)) {
          expose(expose, port);
        }
      } catch (InstructionException e) {
        mistake(e);
      }
    }
    reportUndefined(expose, words);
  }

  private void expose(Instruction.Expose expose, String port) {
    int slash = port.indexOf('/', port.lastIndexOf(':') + 1);
    if (slash >= 0 && Paths.hasUpperCase(port, slash)) {
      findings.report(
          Rule.EXPOSE_PROTO_CASING,
          expose,
          "The protocol of '" + port + "' in EXPOSE should be lowercase");
    }
    int colon = port.lastIndexOf(':');
    if (colon > 0) {
      findings.report(
          Rule.EXPOSE_INVALID_FORMAT,
          expose,
          "EXPOSE should not have an IP address or a port of the host, found '" + port + "'");
    }
  }

  /** The earlier instruction is the one that has no effect. */
  private void once(@Nullable Instruction earlier, Instruction instruction) {
    if (earlier != null) {
      findings.report(
          Rule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
          earlier,
          "Multiple "
              + instruction.keyword()
              + " instructions should not be used in the same stage, because only the last one"
              + " counts");
    }
  }

  private void json(Instruction instruction, CommandLine command) {
    if (command instanceof CommandLine.Shell
        && !scope.shellSet()
        && !findings.has(Rule.JSON_ARGS_RECOMMENDED, instruction.where())) {
      findings.report(
          Rule.JSON_ARGS_RECOMMENDED,
          instruction,
          "JSON arguments recommended for "
              + instruction.keyword()
              + " to prevent unintended behavior related to OS signals");
    }
  }

  private void reportUndefined(Instruction instruction, WordExpansion words) {
    if (!scope.isComplete()) {
      return;
    }
    for (String name : words.undefined()) {
      if (!scope.isDeclared(name)) {
        String hint = findings.areMany() ? "" : Suggestion.among(scope.names(), name, "$");
        findings.report(
            Rule.UNDEFINED_VAR, instruction, "Usage of undefined variable '$" + name + "'" + hint);
      }
    }
  }

  /**
   * Whether what was expanded is what the build will have: no variable of an unknown base in it.
   */
  private boolean isKnown(WordExpansion words) {
    return scope.isComplete() || words.undefined().isEmpty();
  }

  private void expandOptional(WordExpansion words, @Nullable String word) {
    if (word != null) {
      expand(words, word);
    }
  }

  private @Nullable String expand(WordExpansion words, String word) {
    try {
      return words.expand(word);
    } catch (InstructionException e) {
      mistake(e);
      return null;
    }
  }

  private void document(WordExpansion words, String text) {
    try {
      words.expandDocument(text);
    } catch (InstructionException e) {
      mistake(e);
    }
  }

  private void mistake(InstructionException e) {
    // It may be about a variable that an unknown base has.
    if (scope.isComplete()) {
      findings.mistake(e);
    }
  }

  /** Does what the triggers of a base do to the scope; they are not written in this stage. */
  void follow(List<Instruction> triggers) {
    findings.silently(
        () -> {
          for (Instruction trigger : triggers) {
            check(trigger);
          }
        });
    cmd = null;
    entrypoint = null;
    health = null;
  }
}
