package dev.sealosbuild.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real {@code buildah}, with a storage of its own in a folder of the test; what it builds is
 * read from an OCI layout. Begin the test with {@link #require}.
 */
public final class Buildah implements AutoCloseable {
  private static final String NAME = "theirs";

  private final Path folder;
  private int builds;

  /** A buildah that keeps everything in this folder. */
  public Buildah(Path folder) {
    this.folder = folder;
  }

  /** Goes on where buildah is installed and may chroot. */
  public static void require() {
    Requires.program("buildah");
    Requires.root();
  }

  /**
   * Builds an image that must succeed.
   *
   * @param instructions text of the instruction file
   * @param options of {@code buildah bud}
   */
  public ImageContents build(Path context, String instructions, String... options) {
    Path layout = layout();
    Program.Outcome outcome = attempt(context, instructions, layout, options);
    if (outcome.exit() != 0) {
      throw new AssertionError("buildah: " + outcome.err() + "\nof:\n" + instructions);
    }
    return ImageContents.read(layout, NAME);
  }

  /** Whether buildah builds this; what it would make is thrown away. */
  public boolean builds(Path context, String instructions) {
    return attempt(context, instructions, layout()).exit() == 0;
  }

  /** Runs a command of buildah's own on its storage, which must succeed; answers its output. */
  public String run(String... arguments) {
    return Program.run(Program.command(command(), arguments));
  }

  /** Removes the mounts and files that buildah keeps open. */
  @Override
  public void close() {
    Program.attempt(Program.command(command(), "rm", "--all"));
  }

  private Program.Outcome attempt(
      Path context, String instructions, Path layout, String... options) {
    Path file = layout.resolveSibling(layout.getFileName() + ".Containerfile");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, instructions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = command();
    command.addAll(List.of("bud", "--isolation", "chroot", "--no-cache", "--layers=false"));
    command.addAll(List.of("--tls-verify=false", "-f", file.toString()));
    command.addAll(List.of("-t", "oci:" + layout + ":" + NAME));
    command.addAll(List.of(options));
    command.add(context.toString());
    return Program.attempt(command.toArray(String[]::new));
  }

  private synchronized Path layout() {
    builds++;
    return folder.resolve("image" + builds);
  }

  private List<String> command() {
    return new ArrayList<>(
        List.of(
            "buildah",
            "--root",
            folder.resolve("root").toString(),
            "--runroot",
            folder.resolve("run").toString(),
            "--storage-driver",
            "vfs"));
  }
}
