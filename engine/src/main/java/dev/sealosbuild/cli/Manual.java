package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What there is to know about a command, as its {@code --help} prints it and as {@code
 * engine/OPTIONS.md} has it.
 */
final class Manual {
  private static final int WIDTH = 80;
  private static final int INDENT = 8;

  private final Command command;
  private final List<OptionSpec> options = new ArrayList<>();

  private Manual(Command command) {
    this.command = command;
    options.addAll(command.options());
    options.addAll(GlobalOptions.all());
  }

  static Manual of(Command command) {
    return new Manual(command);
  }

  /** How it is called. */
  String synopsis() {
    String name = command.name().isEmpty() ? "" : " " + command.name();
    String operands = command.operands().isEmpty() ? "" : " " + command.operands();
    return Main.PROGRAM + name + " [options]" + operands;
  }

  /** The help: plain text of 80 columns. */
  String text() {
    StringBuilder out = new StringBuilder();
    wrap(out, 0, (Main.PROGRAM + " " + command.name()).strip() + " - " + command.summary());
    out.append("\nUsage:\n  ").append(synopsis()).append('\n');
    for (String paragraph : command.description()) {
      out.append('\n');
      wrap(out, 0, paragraph);
    }
    if (command.name().isEmpty()) {
      commands(out);
    }
    out.append("\nOptions:\n");
    for (OptionSpec option : options) {
      out.append("  ").append(spelled(option)).append('\n');
      wrap(out, INDENT, String.join(" ", option.description()));
    }
    return out.toString();
  }

  /** The section of the option reference, in Markdown. */
  String markdown() {
    StringBuilder out = new StringBuilder();
    String title = (Main.PROGRAM + " " + command.name()).strip();
    out.append("## ").append(title).append("\n\n").append(sentence(command.summary()));
    out.append("\n\n    ").append(synopsis()).append('\n');
    for (String paragraph : command.description()) {
      out.append('\n').append(paragraph).append('\n');
    }
    out.append("\n| option | what it does |\n|---|---|\n");
    for (OptionSpec option : command.name().isEmpty() ? options : command.options()) {
      out.append("| `").append(spelled(option).replace("|", "\\|")).append("` | ");
      out.append(String.join(" ", option.description()).replace("|", "\\|")).append(" |\n");
    }
    return out.toString();
  }

  private static void commands(StringBuilder out) {
    out.append("\nCommands:\n");
    for (String name : Commands.NAMES) {
      Command command = Objects.requireNonNull(Commands.named(name));
      out.append("  ").append(name).append(" ".repeat(Math.max(1, 19 - name.length())));
      out.append(command.summary()).append('\n');
    }
  }

  /** Such as {@code -t, --tag IMAGE}. */
  private static String spelled(OptionSpec option) {
    String names = String.join(", ", option.names());
    if (!Options.isFlag(option)) {
      return names + " " + option.paramLabel();
    }
    boolean endsAtOnce = List.of(option.names()).contains(GlobalOptions.HELP);
    return names + (endsAtOnce || names.contains("version") ? "" : "[=true|false]");
  }

  private static String sentence(String summary) {
    return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
  }

  private static void wrap(StringBuilder out, int indent, String paragraph) {
    int column = 0;
    for (String word : paragraph.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        out.append('\n');
        column = 0;
      }
      if (column == 0) {
        out.append(" ".repeat(indent));
        column = indent;
      } else {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    out.append('\n');
  }
}
