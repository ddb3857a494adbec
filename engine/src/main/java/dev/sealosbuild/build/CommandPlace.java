package dev.sealosbuild.build;

import dev.sealosbuild.run.Sandbox;
import dev.sealosbuild.run.WorkingRoot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where one command runs: its root file system, and what is mounted in that. */
final class CommandPlace implements AutoCloseable {
  private final WorkingRoot root;
  private @Nullable Sandbox sandbox;

  CommandPlace(WorkingRoot root) {
    this.root = root;
  }

  WorkingRoot root() {
    return root;
  }

  /**
   * What the command runs in, made now unless it was before.
   *
   * @param making of it
   */
  Sandbox sandbox(Supplier<Sandbox> making) {
    if (sandbox == null) {
      sandbox = making.get();
    }
    return sandbox;
  }

  /** Ends and unmounts everything; the changed files are still there. */
  void leave() {
    if (sandbox != null) {
      sandbox.close();
      sandbox = null;
    }
  }

  /** Removes what was not kept as well. */
  @Override
  public void close() {
    try {
      leave();
    } finally {
      root.close();
    }
  }
}
