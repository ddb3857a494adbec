package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What one command needs on disk besides its root file system; removed when it has ended. */
final class ScratchFolder implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  static ScratchFolder in(Path parent) {
    try {
      return new ScratchFolder(Files.createTempDirectory(parent, "run"));
    } catch (IOException e) {
      throw failure(parent, e);
    }
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Makes a file that anyone may read. */
  Path file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Path file(String name, byte[] content) {
    try {
      Path file = Files.write(path.resolve(name), content);
      Files.setAttribute(file, "unix:mode", 0644);
      return file;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Makes a file that nobody else may read: a secret may stand in it. */
  Path program(String name, Script script) {
    Path file = path.resolve(name);
    try {
      Files.createFile(file, OWN);
      return Files.writeString(file, script.text());
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  Path directory(String name) {
    try {
      Path directory = Files.createDirectories(path.resolve(name));
      Files.setAttribute(directory, "unix:mode", 0755);
      return directory;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  void link(String name, Path target) {
    try {
      Files.createSymbolicLink(path.resolve(name), target);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void close() {
    delete(path);
  }

  /** Removes a folder of the engine's own with all that is in it. */
  static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> all = paths.toList();
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.deleteIfExists(all.get(i));
      }
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static BuildException failure(Path folder, IOException e) {
    return new BuildException(
        "the working files of a command cannot be kept in " + folder + ": " + e.getMessage(),
        "make room for them, and check who may write there",
        e);
  }
}
