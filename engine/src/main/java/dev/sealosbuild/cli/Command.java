package dev.sealosbuild.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** A command of {@code sealos-build}. */
interface Command {

  /** Its name, as people type it. */
  String name();

  /** What it does, in a few words without a full stop. */
  String summary();

  /** What it does, in paragraphs. */
  List<String> description();

  /** What follows the options, such as {@code [CONTEXT]}; empty where nothing may. */
  String operands();

  /** How many operands it needs. */
  default int minOperands() {
    return 0;
  }

  /** How many operands it takes at most. */
  int maxOperands();

  /** Its options, in the order of the manual, without those that every command has. */
  List<OptionSpec> options();

  /**
   * Why an option is refused that people may know from elsewhere.
   *
   * @return null for an option that nobody knows
   */
  default @Nullable String refusal(String option) {
    return null;
  }

  /**
   * Does it.
   *
   * @return the exit status
   */
  int run(Arguments arguments, Invocation invocation);
}
