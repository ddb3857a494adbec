package dev.sealosbuild.build;

import dev.sealosbuild.run.Mount;
import dev.sealosbuild.run.Sandbox;
import dev.sealosbuild.run.WorkingRoot;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where one command runs: its root file system, and what is mounted in that. */
final class CommandPlace implements AutoCloseable {
  private final WorkingRoot root;
  private @Nullable Sandbox sandbox;
  private boolean entered;

  /**
   * @param begun what the command will run in; null where that is still to be made
   */
  CommandPlace(WorkingRoot root, @Nullable Sandbox begun) {
    this.root = root;
    this.sandbox = begun;
  }

  WorkingRoot root() {
    return root;
  }

  /**
   * What the command runs in, over the root file system; as it was made before, if it was.
   *
   * @param beginning of it
   * @param mounts what the command sees besides
   */
  Sandbox enter(Supplier<Sandbox> beginning, List<Mount> mounts) {
    Sandbox made = sandbox;
    if (made == null) {
      made = beginning.get();
      sandbox = made;
    }
    if (!entered) {
      entered = true;
      made.enter(root.fileSystem(), mounts);
    }
    return made;
  }

  /** Ends everything; the changed files are still there. */
  void leave() {
    if (sandbox != null) {
      sandbox.leave();
    }
  }

  /** Comes back when what was left is unmounted, so that another may be made over its files. */
  void awaitUnmounted() {
    if (sandbox != null) {
      sandbox.awaitUnmounted();
    }
  }

  /** Unmounts everything, and removes what was not kept. */
  @Override
  @SuppressWarnings("try") // closing is all that is wanted of the resources
  public void close() {
    try (WorkingRoot files = root;
        Sandbox made = sandbox) {
      leave();
    }
  }
}
