package dev.sealosbuild.build;

import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.Heredoc;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.RunCommand;
import dev.sealosbuild.image.ContainerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One RUN: what is started with which variables, and how the history tells of it. */
final class RunInstruction {
  /** Where a heredoc that begins with {@code #!} lies while it runs, as with BuildKit. */
  static final String SCRIPTS = "/dev/pipes";

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
  private static final int KEYWORD = "RUN ".length();

  private final Instruction.Run run;
  private final RunCommand command;
  private final ContainerConfig config;
  private final Variables variables;

  /**
   * @param config of the image before
   * @param variables of the stage so far
   */
  RunInstruction(Instruction.Run run, ContainerConfig config, Variables variables) {
    this.run = run;
    this.command = RunCommand.of(run);
    this.config = config;
    this.variables = variables;
  }

  /** The program and its arguments. */
  List<String> arguments() {
    if (command instanceof RunCommand.Words words) {
      return words.words();
    }
    List<String> arguments =
        new ArrayList<>(Objects.requireNonNullElse(config.shell(), DEFAULT_SHELL));
    if (command instanceof RunCommand.Script script) {
      arguments.add(SCRIPTS + "/" + fileName(script));
    } else if (command instanceof RunCommand.Line line) {
      arguments.add(line.text());
    }
    return arguments;
  }

  /** The heredoc that is to be executed as a file of its own, or null. */
  RunCommand.@Nullable Script script() {
    return command instanceof RunCommand.Script script ? script : null;
  }

  /** The name that such a file has in {@link #SCRIPTS}. */
  static String fileName(RunCommand.Script script) {
    return script.name().replace('/', '_').replace('.', '_');
  }

  /** All that the instruction says that its result depends on, but for its mounts. */
  void addTo(InstructionKey key) {
    key.add("RUN").add(arguments());
    RunCommand.Script script = script();
    key.add(script == null ? "" : script.text());
    key.add(resolvedArguments());
  }

  /**
   * As buildah writes it: the arguments that the stage has declared, with the values that the
   * command sees, then the shell, then the instruction without its keyword, then its heredocs.
   */
  String historyText() {
    StringBuilder text = new StringBuilder();
    List<String> arguments = resolvedArguments();
    if (!arguments.isEmpty()) {
      String joined = String.join(" ", arguments);
      text.append('|').append(joined.split(" ", -1).length).append(' ');
      text.append(joined).append(' ');
    }
    String original = run.original();
    text.append("/bin/sh -c ")
        .append(original, Math.min(KEYWORD, original.length()), original.length());
    for (Heredoc heredoc : run.heredocs()) {
      text.append('\n').append(heredoc.content().strip());
    }
    return text.toString();
  }

  /**
   * The variables that the command sees.
   *
   * @param given of {@code --env}: they win over the image's
   * @param proxies of the engine's own environment
   * @param home of the user
   * @param hostname of the machine that the command sees
   */
  Map<String, String> environment(
      Map<String, String> given, Map<String, String> proxies, String home, String hostname) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : config.env()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    variables.declared().forEach(environment::putIfAbsent);
    variables.proxies().forEach(environment::putIfAbsent);
    proxies.forEach(environment::putIfAbsent);
    environment.putAll(given);
    environment.putIfAbsent("PATH", PATH);
    environment.putIfAbsent("HOSTNAME", hostname);
    environment.putIfAbsent("HOME", home);
    return environment;
  }

  /** {@code NAME=VALUE} of every declared argument; a variable of the image hides its value. */
  private List<String> resolvedArguments() {
    SortedMap<String, String> values = new TreeMap<>(variables.declared());
    List<String> resolved = new ArrayList<>(values.size());
    for (Map.Entry<String, String> argument : values.entrySet()) {
      String variable = config.environment(argument.getKey());
      resolved.add(argument.getKey() + "=" + (variable == null ? argument.getValue() : variable));
    }
    return resolved;
  }
}
