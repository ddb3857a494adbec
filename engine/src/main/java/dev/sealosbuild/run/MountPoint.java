package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import org.jspecify.annotations.Nullable;

/**
 * A place in a root file system that something is mounted on.
 *
 * @param path within the root; symbolic links are followed within it
 * @param kind what must be there
 */
public record MountPoint(String path, Kind kind) {

  /** What can be mounted on. */
  public enum Kind {
    DIRECTORY,
    FILE
  }

  public MountPoint {
    path = TreePaths.normalize(path);
  }

  /** A place for a directory. */
  public static MountPoint directory(String path) {
    return new MountPoint(path, Kind.DIRECTORY);
  }

  /** A place for a file. */
  public static MountPoint file(String path) {
    return new MountPoint(path, Kind.FILE);
  }

  /**
   * Whether something that can be mounted on is there.
   *
   * @param path where {@link #path} really is
   * @throws BuildException when it is of the other kind
   */
  boolean isAt(TreeOnDisk.@Nullable Found found, String path) {
    if (found == null) {
      return false;
    }
    if (found.status().isDirectory() != (kind == Kind.DIRECTORY)) {
      throw new BuildException(
          "/" + path + " is " + (kind == Kind.FILE ? "a" : "no") + " directory in the image",
          "mount " + (kind == Kind.FILE ? "a file" : "a directory") + " at another place");
    }
    return true;
  }

  /** What is made where nothing is. */
  LayerEntry entry(String path) {
    return kind == Kind.DIRECTORY
        ? LayerEntry.directory(path, 0755, 0)
        : LayerEntry.file(path, 0644, 0, 0);
  }
}
