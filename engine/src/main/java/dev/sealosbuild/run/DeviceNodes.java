package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The device nodes that are made in a directory's {@code /dev} for a command when nothing can be
 * mounted; closing removes those that the image did not have.
 */
final class DeviceNodes implements AutoCloseable {
  private final Path dev;
  private final FileTime time;
  private final List<Path> missing = new ArrayList<>();

  DeviceNodes(Path dev) {
    this.dev = dev;
    try {
      this.time = Files.getLastModifiedTime(dev);
    } catch (IOException e) {
      throw failure(dev, e);
    }
    for (String name : ChrootScript.NODES) {
      Path node = dev.resolve(name);
      if (!MountPoints.exists(node)) {
        missing.add(node);
      }
    }
  }

  @Override
  public void close() {
    try {
      for (Path node : missing) {
        if (!Files.isDirectory(node)) {
          Files.deleteIfExists(node);
        }
      }
      Files.setLastModifiedTime(dev, time);
    } catch (IOException e) {
      throw failure(dev, e);
    }
  }

  private static BuildException failure(Path dev, IOException e) {
    return new BuildException(
        "the device nodes in " + dev + " cannot be kept apart: " + e.getMessage(),
        "check who may write there",
        e);
  }
}
