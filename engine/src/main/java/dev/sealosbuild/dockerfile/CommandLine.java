package dev.sealosbuild.dockerfile;

import java.util.List;

/** What RUN, CMD and ENTRYPOINT are to start. */
public sealed interface CommandLine {

  /**
   * For the shell: the rest of the line as it was written. Empty for a bare {@code CMD}, which
   * means the shell alone.
   */
  record Shell(String line) implements CommandLine {}

  /** The words of a JSON array; may be empty. */
  record Exec(List<String> words) implements CommandLine {
    public Exec {
      words = List.copyOf(words);
    }
  }
}
