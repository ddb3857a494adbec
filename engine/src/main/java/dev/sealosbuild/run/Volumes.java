package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the options of a volume ask to be done before it is mounted. */
final class Volumes {
  private Volumes() {}

  /**
   * Gives the volume to the command's user, where asked for.
   *
   * @throws BuildException when that fails, or for a label on a machine that has labels
   */
  static void prepare(Volume volume, Command command) {
    Path source = volume.mount().source();
    if (volume.relabel() && Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
      throw new BuildException(
          "--volume with z or Z would have to change SELinux labels below " + source,
          "label it with chcon -R -t container_file_t, and leave the option out");
    }
    if (!volume.chown()) {
      return;
    }
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.setAttribute(path, "unix:uid", (int) command.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", (int) command.gid(), LinkOption.NOFOLLOW_LINKS);
      }
    } catch (IOException e) {
      throw new BuildException(
          "the volume " + source + " could not be given to user " + command.uid() + ": " + e,
          "change its owner before, and leave the option U out",
          e);
    }
  }
}
