package dev.sealosbuild.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of files that are being written, beside those that they will have. */
final class Beside {
  private Beside() {}

  static Path of(Path file) {
    Path whole = file.toAbsolutePath();
    return whole.resolveSibling("." + whole.getFileName() + ".tmp" + ProcessHandle.current().pid());
  }

  /** Removes what was left by a failure; after a success there is nothing. */
  static void remove(Path half) {
    try {
      Files.deleteIfExists(half);
    } catch (IOException e) {
      // The failure that left it is told of.
      return;
    }
  }
}
