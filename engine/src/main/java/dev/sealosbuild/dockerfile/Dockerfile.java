package dev.sealosbuild.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What instruction files say.
 *
 * @param escape the escape character of the first file; each instruction knows its own
 * @param dialect of the first file; each instruction knows its own
 * @param directives of all files, in their order
 * @param instructions of all files, in their order; at least one FROM, and nothing but ARG before
 *     it
 * @param warnings in the order of the lines
 */
public record Dockerfile(
    char escape,
    Dialect dialect,
    List<Directive> directives,
    List<Instruction> instructions,
    List<Warning> warnings) {

  public Dockerfile {
    directives = List.copyOf(directives);
    instructions = List.copyOf(instructions);
    warnings = List.copyOf(warnings);
  }

  /** The value of the first directive of this name, or null where no file has it. */
  public @Nullable String directive(String name) {
    for (Directive directive : directives) {
      if (directive.name().equals(name)) {
        return directive.value();
      }
    }
    return null;
  }
}
