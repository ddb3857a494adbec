package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;

/**
 * A command is to be run, and this process is neither the machine's root nor that of a user
 * namespace. The same build succeeds in {@link dev.sealosbuild.run.UserNamespace}; what it has done
 * so far is in the cache.
 */
public final class CommandsNeedRoot extends BuildException {
  private static final long serialVersionUID = 1;

  CommandsNeedRoot() {
    super(
        "RUN needs root, of the machine or of a user namespace",
        "run the engine as root, or by: unshare --user --map-root-user --map-auto --mount");
  }
}
