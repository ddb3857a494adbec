package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.image.ContainerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The instructions that change an image's configuration and nothing else. */
final class MetadataInstructions {
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  private MetadataInstructions() {}

  /**
   * The configuration after the instruction.
   *
   * @param words expands the instruction's words
   * @return null for an instruction that is not one of these
   */
  static @Nullable ContainerConfig apply(
      Instruction instruction, ContainerConfig config, WordExpansion words) {
    if (instruction instanceof Instruction.Env env) {
      return env(env, config, words);
    } else if (instruction instanceof Instruction.Label label) {
      Map<String, String> labels = new LinkedHashMap<>(config.labels());
      label.labels().forEach(l -> labels.put(words.expand(l.name()), words.expand(l.value())));
      return config.withLabels(labels);
    } else if (instruction instanceof Instruction.Expose expose) {
      return expose(expose, config, words);
    } else if (instruction instanceof Instruction.Volume volume) {
      SortedSet<String> volumes = new TreeSet<>(config.volumes());
      volume.paths().forEach(path -> volumes.add(words.expand(path)));
      return config.withVolumes(volumes);
    } else if (instruction instanceof Instruction.User user) {
      return config.withUser(words.expand(user.user()));
    } else if (instruction instanceof Instruction.StopSignal signal) {
      return config.withStopSignal(Signals.checked(words.expand(signal.signal())));
    } else if (instruction instanceof Instruction.Cmd cmd) {
      return config.withCmd(commandLine(cmd.command(), config));
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      return config.withEntrypoint(commandLine(entrypoint.command(), config));
    } else if (instruction instanceof Instruction.Shell shell) {
      return config.withShell(shell.words());
    } else if (instruction instanceof Instruction.Health health) {
      return config.withHealthcheck(health.check());
    } else if (instruction instanceof Instruction.Onbuild onbuild) {
      List<String> triggers = new ArrayList<>(config.onBuild());
      triggers.add(onbuild.trigger());
      return config.withOnBuild(triggers);
    } else if (instruction instanceof Instruction.Maintainer
        || instruction instanceof Instruction.Arg) {
      return config;
    }
    return null;
  }

  private static ContainerConfig env(
      Instruction.Env env, ContainerConfig config, WordExpansion words) {
    // All values see the variables as they were before the instruction.
    Map<String, String> values = new LinkedHashMap<>();
    env.variables().forEach(v -> values.put(words.expand(v.name()), words.expand(v.value())));
    ContainerConfig changed = config;
    for (Map.Entry<String, String> value : values.entrySet()) {
      changed = changed.withEnvironment(value.getKey(), value.getValue());
    }
    return changed;
  }

  private static ContainerConfig expose(
      Instruction.Expose expose, ContainerConfig config, WordExpansion words) {
    SortedSet<String> ports = new TreeSet<>(config.exposedPorts());
    for (String text : expose.ports()) {
      for (String port : words.expandToWords(text)) {
        ports.add(port.indexOf('/') < 0 ? port + "/tcp" : port);
      }
    }
    return config.withExposedPorts(ports);
  }

  private static @Nullable List<String> commandLine(CommandLine command, ContainerConfig config) {
    if (command instanceof CommandLine.Exec exec) {
      return exec.words().isEmpty() ? null : exec.words();
    } else if (command instanceof CommandLine.Shell shell && !shell.line().isEmpty()) {
      List<String> line =
          new ArrayList<>(Objects.requireNonNullElse(config.shell(), DEFAULT_SHELL));
      line.add(shell.line());
      return line;
    }
    return null;
  }
}
