package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.OptionSpec;

/** Chooses how work is shown, by the options of every command that takes long. */
final class Views {
  private static final String QUIET = "--quiet";
  private static final String PROGRESS = "--progress";
  private static final List<String> KINDS = List.of("auto", "tty", "plain", "json");

  private Views() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.flag("Print nothing but the result, and warnings.", "-q", QUIET),
        Options.value(
            "auto|tty|plain|json",
            "Show the work on a terminal, as a plain log or as one JSON object a line, on standard"
                + " error. The default, auto, is tty where standard error is a terminal, else"
                + " plain.",
            PROGRESS));
  }

  /**
   * Does some work, shows it, and prints its result on standard output when the view has ended.
   *
   * @param work answers what to print; empty for nothing
   * @return the exit status
   * @throws BuildException when the work fails and the view leaves telling so to others
   */
  static int show(Arguments arguments, Invocation invocation, Function<View, String> work) {
    LogLevel level = LogLevel.of(arguments.text(GlobalOptions.LOG_LEVEL));
    String result;
    try (View view = view(arguments, level, invocation)) {
      try {
        result = work.apply(view);
      } catch (RuntimeException e) {
        if (view.failed(e instanceof BuildException told ? told : Main.internal(e))) {
          return Main.status(e);
        }
        throw e;
      }
    }
    if (!result.isEmpty()) {
      invocation.out().println(result);
    }
    return Main.OK;
  }

  /** Whether JSON is asked for. */
  static boolean isJson(Arguments arguments) {
    return "json".equals(arguments.text(PROGRESS));
  }

  private static View view(Arguments arguments, LogLevel level, Invocation invocation) {
    String kind = arguments.text(PROGRESS);
    if (kind != null && !KINDS.contains(kind)) {
      throw new BuildException(
          PROGRESS + " is \"" + kind + "\"", "it takes auto, tty, plain or json");
    }
    if (arguments.flag(QUIET, false)) {
      return new QuietView(invocation.err(), level);
    }
    return switch (kind == null ? "auto" : kind) {
      case "json" -> new JsonView(invocation.err(), level);
      case "tty" -> TerminalView.on(invocation, level);
      case "plain" -> new PlainView(invocation.err(), level);
      default -> {
        Screen screen = invocation.screen();
        yield screen != null && screen.redraws()
            ? TerminalView.on(invocation, level)
            : new PlainView(invocation.err(), level);
      }
    };
  }
}
