package dev.sealosbuild.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code docker} that {@code docker info} finds, building with BuildKit. What it builds is read
 * from an OCI layout that skopeo makes of {@code docker save}; its images are removed again.
 */
public final class Docker implements AutoCloseable {
  private static final String ASKED = "conformance.docker";

  private final Path folder;
  private final String prefix;
  private int builds;

  private Docker(Path folder) {
    this.folder = folder;
    this.prefix = "sealos-build-test-" + ProcessHandle.current().pid() + "-";
  }

  /**
   * Docker, where that is asked for and a daemon answers; null otherwise, which is no reason to
   * skip a test. A daemon of the machine is not used unasked: its version decides what it makes.
   *
   * @param folder for what is read
   */
  public static @Nullable Docker ifAskedFor(Path folder) {
    if (!Boolean.getBoolean(ASKED)
        || !Requires.isInstalled("docker")
        || !Requires.isInstalled("skopeo")) {
      return null;
    }
    // The client alone succeeds without a daemon, but has nothing to say about it.
    Program.Outcome info = Program.attempt("docker", "info", "--format", "{{.ServerVersion}}");
    return info.exit() == 0 && !info.out().isBlank() ? new Docker(folder) : null;
  }

  /**
   * Builds an image that instructions may begin with, under {@link #baseName}.
   *
   * @param arguments options, and the context last
   */
  public ImageContents keepBase(List<String> arguments) {
    build(baseName(), arguments);
    return read(baseName());
  }

  /** A name that nothing else has. */
  public String baseName() {
    return prefix + "base:latest";
  }

  /**
   * Builds with these arguments of {@code docker build}.
   *
   * @param arguments options, and the context last
   * @return the image; null where it has no layer, since docker cannot save it then
   * @throws AssertionError with docker's message when the build fails
   */
  public @Nullable ImageContents build(List<String> arguments) {
    String name = prefix + builds++;
    build(name, arguments);
    try {
      boolean empty =
          Program.run("docker", "inspect", "--format", "{{len .RootFS.Layers}}", name).equals("0");
      return empty ? null : read(name);
    } finally {
      Program.attempt("docker", "rmi", "-f", name);
    }
  }

  /**
   * What a command is to begin with to run in a new container that has the machine's programs, but
   * neither its network nor its other files.
   *
   * @param options of {@code docker run}, such as {@code --privileged}
   * @param readable files and folders that it sees, under their own names
   * @param writable a folder that it may write
   */
  public List<String> container(List<String> options, List<Path> readable, Path writable) {
    Program.run(
        "sh",
        "-c",
        "tar -c --files-from /dev/null | docker import - \"$0\" > /dev/null",
        baseName());
    List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "--network=none"));
    command.addAll(options);
    for (String programs : List.of("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc")) {
      if (Files.exists(Path.of(programs))) {
        command.addAll(List.of("-v", programs + ":" + programs + ":ro"));
      }
    }
    for (Path path : readable) {
      command.addAll(List.of("-v", path + ":" + path + ":ro"));
    }
    command.addAll(List.of("-v", writable + ":" + writable, "-w", System.getProperty("user.dir")));
    command.add(baseName());
    return command;
  }

  /** Removes the base. */
  @Override
  public void close() {
    Program.attempt("docker", "rmi", "-f", baseName());
  }

  private ImageContents read(String name) {
    String file = name.replace(':', '-');
    Path archive = folder.resolve(file + ".tar");
    Path layout = folder.resolve(file);
    try {
      Files.createDirectories(folder);
      Program.run("docker", "save", "-o", archive.toString(), name);
      Program.run("skopeo", "copy", "docker-archive:" + archive, "oci:" + layout + ":theirs");
      Files.delete(archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ImageContents.read(layout, "theirs");
  }

  private static void build(String name, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "build", "--network", "host"));
    command.addAll(List.of("--no-cache", "-t", name));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("DOCKER_BUILDKIT", "1");
    Program.Outcome made = Program.finish(builder);
    if (made.exit() != 0) {
      throw new AssertionError("docker fails: " + made.err());
    }
  }
}
