package dev.sealosbuild.cluster;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an image will start and with which variables, as far as its instruction file says: known
 * before anything is built, so without what the base image brings.
 *
 * @param commands ENTRYPOINT and CMD
 * @param variables ENV
 */
public record StartCommands(List<CommandLine> commands, Map<String, String> variables) {
  /** Those of an image without an instruction file. */
  public static final StartCommands NONE = new StartCommands(List.of(), Map.of());

  public StartCommands {
    commands = List.copyOf(commands);
    variables = Map.copyOf(variables);
  }

  /** What a stage has come to. */
  private static final class State {
    final Map<String, String> variables = new LinkedHashMap<>();
    final Map<String, String> arguments = new HashMap<>();
    @Nullable CommandLine entrypoint;
    @Nullable CommandLine command;

    @Nullable String value(String name) {
      String value = variables.get(name);
      return value != null ? value : arguments.get(name);
    }

    State next() {
      State next = new State();
      next.variables.putAll(variables);
      next.entrypoint = entrypoint;
      next.command = command;
      return next;
    }
  }

  /**
   * Follows the stages to the one that becomes the image.
   *
   * @param target its name or number; null for the last
   * @param buildArgs the values of build arguments
   */
  public static StartCommands of(
      Dockerfile file, @Nullable String target, Map<String, String> buildArgs) {
    Map<String, String> globals = new HashMap<>();
    Map<String, State> stages = new HashMap<>();
    State state = new State();
    String name = "";
    int number = -1;
    for (Instruction instruction : file.instructions()) {
      if (instruction instanceof Instruction.From from) {
        if (number >= 0 && isTarget(target, name, number)) {
          break;
        }
        String base = new WordExpansion(from, globals::get).expand(from.image());
        State parent = stages.get(base.toLowerCase(Locale.ROOT));
        state = parent == null ? new State() : parent.next();
        number++;
        name = from.stage() == null ? "" : from.stage().toLowerCase(Locale.ROOT);
        stages.put(name.isEmpty() ? String.valueOf(number) : name, state);
      } else if (instruction instanceof Instruction.Arg argument && number < 0) {
        declare(argument, globals, globals::get, buildArgs, Map.of());
      } else {
        State now = state;
        execute(instruction, now, buildArgs, globals);
      }
    }
    List<CommandLine> commands = new ArrayList<>();
    if (state.entrypoint != null) {
      commands.add(state.entrypoint);
    }
    if (state.command != null) {
      commands.add(state.command);
    }
    return new StartCommands(commands, state.variables);
  }

  private static boolean isTarget(@Nullable String target, String name, int number) {
    return target != null
        && (target.equalsIgnoreCase(name) || target.equals(String.valueOf(number)));
  }

  private static void execute(
      Instruction instruction,
      State state,
      Map<String, String> buildArgs,
      Map<String, String> globals) {
    if (instruction instanceof Instruction.Arg argument) {
      declare(argument, state.arguments, state::value, buildArgs, globals);
    } else if (instruction instanceof Instruction.Env env) {
      WordExpansion expansion = new WordExpansion(env, state::value);
      Map<String, String> assigned = new LinkedHashMap<>();
      for (Instruction.Assignment each : env.variables()) {
        assigned.put(expansion.expand(each.name()), expansion.expand(each.value()));
      }
      state.variables.putAll(assigned);
    } else if (instruction instanceof Instruction.Cmd cmd) {
      state.command = cmd.command();
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      state.entrypoint = entrypoint.command();
      state.command = null; // the base's CMD was for its own ENTRYPOINT
    }
  }

  private static void declare(
      Instruction.Arg argument,
      Map<String, String> arguments,
      Function<String, @Nullable String> known,
      Map<String, String> buildArgs,
      Map<String, String> globals) {
    WordExpansion expansion = new WordExpansion(argument, known);
    for (Instruction.Definition definition : argument.definitions()) {
      String given = buildArgs.get(definition.name());
      String value =
          given != null
              ? given
              : definition.value() != null
                  ? expansion.expand(definition.value())
                  : globals.get(definition.name());
      if (value != null) {
        arguments.put(definition.name(), value);
      }
    }
  }
}
