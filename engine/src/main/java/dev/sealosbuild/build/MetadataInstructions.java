package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.dockerfile.Dialect;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.Signals;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The instructions that change an image's configuration and nothing else. */
final class MetadataInstructions {
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  /** After a host's address and port, the container's first and last, and the protocol. */
  private static final String PORT =
      "(?:.*:)?([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/((?i:tcp|udp|sctp)?))?";

  private static final int MAX_PORT = 65535;

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
      return config.withStopSignal(stopSignal(words.expand(signal.signal())));
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

  private static String stopSignal(String signal) {
    if (!Signals.isSignal(signal)) {
      throw new BuildException("\"" + signal + "\" is not a signal", Signals.REMEDY);
    }
    return signal;
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
        if (expose.origin().dialect() == Dialect.BUILDKIT) {
          addPorts(port, ports);
        } else {
          ports.add(port.indexOf('/') < 0 ? port + "/tcp" : port);
        }
      }
    }
    return config.withExposedPorts(ports);
  }

  /** As BuildKit: the container's ports alone, each of a range, and the protocol in lower case. */
  private static void addPorts(String text, SortedSet<String> ports) {
    // Compiled here: no other dialect needs it, and each build would pay for a constant.
    Matcher port = Pattern.compile(PORT).matcher(text);
    if (!port.matches()) {
      throw notPort(text);
    }
    int first = Integer.parseInt(port.group(1));
    int last = port.group(2) == null ? first : Integer.parseInt(port.group(2));
    if (last > MAX_PORT || first > last) {
      throw notPort(text);
    }
    String protocol =
        port.group(3) == null || port.group(3).isEmpty()
            ? "tcp"
            : port.group(3).toLowerCase(java.util.Locale.ROOT);
    for (int each = first; each <= last; each++) {
      ports.add(each + "/" + protocol);
    }
  }

  private static BuildException notPort(String text) {
    return new BuildException(
        "\"" + text + "\" is not a port of a container",
        "write a number from 0 to 65535 or a range, and tcp, udp or sctp: EXPOSE 53/udp");
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
