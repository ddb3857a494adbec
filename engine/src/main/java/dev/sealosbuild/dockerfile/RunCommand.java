package dev.sealosbuild.dockerfile;

import java.util.List;

/**
 * What RUN is to start, with the heredocs of the line put where they belong.
 *
 * <p>Spec source: BuildKit's {@code reference.md}, "Here-Documents": a heredoc alone is a script;
 * beside a command it is the shell's own, so that the shell gets the text as it was written.
 */
public sealed interface RunCommand {

  /** For the shell: one line, or many. */
  record Line(String text) implements RunCommand {}

  /** A program and its arguments. */
  record Words(List<String> words) implements RunCommand {
    public Words {
      words = List.copyOf(words);
    }
  }

  /**
   * A file to be executed, which begins with {@code #!}.
   *
   * @param name the word that ends the heredoc
   */
  record Script(String name, String text) implements RunCommand {}

  /** What the instruction is to start. */
  static RunCommand of(Instruction.Run run) {
    if (run.command() instanceof CommandLine.Exec exec) {
      return new Words(exec.words());
    }
    String line = ((CommandLine.Shell) run.command()).line();
    if (run.heredocs().isEmpty()) {
      return new Line(line);
    }
    Heredoc first = run.heredocs().get(0);
    if (HeredocOpenings.ofWord(run.origin(), line) != null) {
      String text = first.text();
      return text.startsWith("#!") ? new Script(first.name(), text) : new Line(text);
    }
    StringBuilder text = new StringBuilder(line);
    for (Heredoc heredoc : run.heredocs()) {
      text.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return new Line(text.toString());
  }
}
