package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command's arguments, read. */
final class Arguments {
  /**
   * picocli's own factory looks for a class of Groovy first, and to find that it is not there opens
   * the JAR, which nothing else does: 10 ms.
   */
  private static final CommandLine.IFactory FACTORY = new ListFactory();

  private final ParseResult parsed;

  /** Commands are described without annotations: only values are left to be made. */
  private static final class ListFactory implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) {
      return type.cast(new ArrayList<>());
    }
  }

  private Arguments(ParseResult parsed) {
    this.parsed = parsed;
  }

  /**
   * Reads arguments.
   *
   * @throws BuildException when one is unknown, lacks its value or is one too many
   */
  static Arguments parse(Command command, List<String> args) {
    CommandLine line = new CommandLine(spec(command), FACTORY);
    line.setExpandAtFiles(false);
    line.setInterpolateVariables(false);
    line.setOverwrittenOptionsAllowed(true);
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    try {
      Arguments arguments = new Arguments(line.parseArgs(complete(command, args)));
      if (arguments.operands().size() < command.minOperands()
          && !arguments.flag(GlobalOptions.HELP, false)) {
        throw new BuildException(
            Main.PROGRAM + " " + command.name() + " lacks an argument",
            "it is called as " + Manual.of(command).synopsis());
      }
      return arguments;
    } catch (UnmatchedArgumentException e) {
      throw unmatched(command, e.getUnmatched().get(0), e);
    } catch (MissingParameterException e) {
      throw missing(command, e);
    } catch (ParameterException e) {
      throw malformed(command, e);
    }
  }

  /** The arguments, with the value of each option that was given without one and may be. */
  private static String[] complete(Command command, List<String> args) {
    Map<String, String> alone = new HashMap<>();
    for (OptionSpec option : command.options()) {
      if (Options.isOptional(option)) {
        for (String name : option.names()) {
          alone.put(name, name + "=" + option.fallbackValue());
        }
      }
    }
    String[] complete = args.toArray(String[]::new);
    for (int i = 0; i < complete.length && !complete[i].equals("--"); i++) {
      complete[i] = alone.getOrDefault(complete[i], complete[i]);
    }
    return complete;
  }

  /** What the option was given; null where it was not given. */
  @Nullable String text(String option) {
    return parsed.matchedOptionValue(option, null);
  }

  /** The file or folder that the option names; null where it was not given. */
  @Nullable Path path(String option) {
    String name = text(option);
    if (name != null && name.isEmpty()) {
      throw new BuildException(option + " is empty", "give it a name");
    }
    return name == null ? null : Path.of(name);
  }

  /** All that the option was given, in order. */
  List<String> texts(String option) {
    return parsed.matchedOptionValue(option, List.of());
  }

  /** Whether the option was given, or what it was given. */
  boolean flag(String option, boolean absent) {
    return parsed.matchedOptionValue(option, absent);
  }

  /**
   * The whole number that the option was given.
   *
   * @throws BuildException when it was given something else
   */
  int number(String option, int absent) {
    String text = text(option);
    if (text == null) {
      return absent;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BuildException(option + " is \"" + text + "\"", "it takes a whole number", e);
    }
  }

  /** Whether the option was given at all. */
  boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  /** What followed the options. */
  List<String> operands() {
    return parsed.hasMatchedPositional(0) ? parsed.matchedPositionalValue(0, List.of()) : List.of();
  }

  private static CommandSpec spec(Command command) {
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(null, FACTORY).name(Main.PROGRAM + " " + command.name());
    for (OptionSpec option : command.options()) {
      spec.addOption(option);
    }
    for (OptionSpec option : GlobalOptions.all()) {
      spec.addOption(option);
    }
    if (command.maxOperands() > 0) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index("0.." + (command.maxOperands() - 1))
              .arity("0..1")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel(command.operands())
              .build());
    }
    return spec;
  }

  private static BuildException unmatched(Command command, String arg, Exception cause) {
    String call = (Main.PROGRAM + " " + command.name()).strip();
    if (!arg.startsWith("-") || arg.equals("-")) {
      return new BuildException(
          "\"" + arg + "\" is one argument too many for " + call,
          "it is called as " + Manual.of(command).synopsis(),
          cause);
    }
    String known = RefusedOptions.option(arg);
    String reason = command.refusal(known);
    if (reason != null) {
      return new BuildException(
          "option " + known + " is not supported: " + reason, "leave it out", cause);
    }
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg : arg.substring(0, equals);
    return new BuildException(
        "unknown option " + name + " for " + call,
        Closest.hint(name, names(command), call + " --help lists the options"),
        cause);
  }

  private static BuildException missing(Command command, MissingParameterException e) {
    List<ArgSpec> missing = e.getMissing();
    OptionSpec option = (OptionSpec) (missing.isEmpty() ? e.getArgSpec() : missing.get(0));
    return new BuildException(
        "option " + option.longestName() + " needs a value",
        "give it as "
            + option.longestName()
            + (option.longestName().startsWith("--") ? "=" : " ")
            + option.paramLabel()
            + "; see "
            + Main.PROGRAM
            + " "
            + command.name()
            + " --help",
        e);
  }

  private static BuildException malformed(Command command, ParameterException e) {
    if (e.getArgSpec() instanceof OptionSpec option && Options.isFlag(option)) {
      return new BuildException(
          "option " + option.longestName() + " is given \"" + e.getValue() + "\"",
          "it takes true or false",
          e);
    }
    return new BuildException(
        String.valueOf(e.getMessage()),
        "see " + Main.PROGRAM + " " + command.name() + " --help",
        e);
  }

  private static List<String> names(Command command) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : command.options()) {
      names.addAll(Arrays.asList(option.names()));
    }
    for (OptionSpec option : GlobalOptions.all()) {
      names.addAll(Arrays.asList(option.names()));
    }
    return names;
  }
}
