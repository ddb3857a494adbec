package dev.sealosbuild.fuzz;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.error.BuildException;

/** What a documented failure must have to be of use. */
final class Told {
  private Told() {}

  static void check(BuildException failure) {
    if (String.valueOf(failure.getMessage()).isBlank()) {
      throw new AssertionError("a failure without a problem", failure);
    }
    if (failure instanceof InstructionException mistake && mistake.excerpt().isBlank()) {
      throw new AssertionError("a mistake without its place", failure);
    }
  }
}
