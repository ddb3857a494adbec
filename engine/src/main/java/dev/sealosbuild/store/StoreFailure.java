package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Failures of the disk that a store is on. */
public final class StoreFailure {
  private StoreFailure() {}

  /**
   * What to tell when work on the store's disk failed.
   *
   * @param what was done, such as {@code writing a layer}
   */
  public static BuildException of(String what, IOException e) {
    String reason =
        e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : "";
    String found = reason.isEmpty() ? e.getClass().getSimpleName() + ": " + e.getMessage() : reason;
    String text = String.valueOf(e.getMessage());
    String remedy = "";
    if (text.contains("No space left")) {
      found = "no space left on the device";
      remedy = "run the prune command, free some space, or give another folder by --root";
    } else if (e instanceof java.nio.file.AccessDeniedException || text.contains("Read-only")) {
      found = text.contains("Read-only") ? "read-only file system" : "permission denied";
      remedy = "give a folder that you may write by --root or SEALOS_BUILD_ROOT";
    }
    return new BuildException(what + " failed: " + found, remedy, e);
  }
}
