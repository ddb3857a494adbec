package dev.sealosbuild.build;

import java.net.URI;
import java.nio.file.Path;

/** Where instructions come from: what {@code -f} names. */
public sealed interface InstructionFile {

  /** A file: as given, or where no such file exists, the same path within the context. */
  record Local(Path path) implements InstructionFile {}

  /** A file that an http or https address serves. */
  record Remote(URI address) implements InstructionFile {}

  /**
   * Text that is at hand, such as standard input.
   *
   * @param name for messages, such as {@code <stdin>}
   */
  record Inline(String name, String text) implements InstructionFile {}
}
