package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How commands are run, as the options of a build have it.
 *
 * @param isolation null for the best that works and can do what the other options ask for
 * @param runtime name or path of an OCI runtime; null for one that works
 * @param shmSize bytes of {@code /dev/shm}
 * @param volumes mounted for every command
 * @param groups further groups of every command's user
 */
public record RunOptions(
    @Nullable Isolation isolation,
    @Nullable String runtime,
    Capabilities capabilities,
    SecurityOptions security,
    ResourceLimits limits,
    List<Ulimit> ulimits,
    long shmSize,
    List<Device> devices,
    List<Volume> volumes,
    List<Long> groups,
    HostNames names,
    Network network) {
  /** Bytes of {@code /dev/shm} unless told otherwise. */
  public static final long DEFAULT_SHM_SIZE = 64L << 20;

  /** What a build without any such option does. */
  public static final RunOptions DEFAULT =
      new RunOptions(
          null,
          null,
          Capabilities.DEFAULT,
          SecurityOptions.DEFAULT,
          ResourceLimits.NONE,
          List.of(),
          DEFAULT_SHM_SIZE,
          List.of(),
          List.of(),
          List.of(),
          HostNames.DEFAULT,
          Network.HOST);

  public RunOptions {
    ulimits = List.copyOf(ulimits);
    devices = List.copyOf(devices);
    volumes = List.copyOf(volumes);
    groups = List.copyOf(groups);
  }

  /** The same, with another network. */
  public RunOptions withNetwork(Network other) {
    return new RunOptions(
        isolation,
        runtime,
        capabilities,
        security,
        limits,
        ulimits,
        shmSize,
        devices,
        volumes,
        groups,
        names,
        other);
  }

  /**
   * Reads {@code --shm-size}.
   *
   * @return bytes, above 0
   */
  public static long parseShmSize(String text) {
    long size = ByteSize.parse("--shm-size", text);
    if (size == 0) {
      throw new BuildException("--shm-size 0 leaves no room", "give a size above 0, such as 64m");
    }
    return size;
  }
}
