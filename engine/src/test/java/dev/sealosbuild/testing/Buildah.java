package dev.sealosbuild.testing;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The real {@code buildah}, with a storage of its own in a folder of the test; what it builds is
 * read from an OCI layout. Begin the test with {@link #require}.
 */
public final class Buildah implements AutoCloseable {
  private static final String NAME = "theirs";
  private static final Pattern DIGEST = Pattern.compile("(file:|dir:|multi:| )[0-9a-f]{64}");

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
    Path layout = place();
    succeed(attempt(context, instructions, layout, "oci:" + layout + ":" + NAME, options));
    return ImageContents.read(layout, NAME);
  }

  /**
   * Builds with these arguments of {@code buildah bud}, in one layer and without its cache.
   *
   * @param directory where the image goes, in the form of {@code dir:}
   * @param arguments options, and the context last
   * @param input standard input; null for none
   */
  public Program.Outcome bud(Path directory, List<String> arguments, @Nullable Path input) {
    List<String> command = command();
    command.addAll(List.of("bud", "--isolation", "chroot", "--no-cache", "--layers=false"));
    command.addAll(List.of("--tls-verify=false", "-t", "dir:" + directory));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    return Program.finish(builder);
  }

  /** Builds an image that instructions may begin with, under this name. */
  public void keep(Path context, String instructions, String name, String... options) {
    Path place = place();
    succeed(attempt(context, instructions, place, name, options));
  }

  /** Builds an image in Docker's format and answers its configuration. */
  public JsonObject dockerConfig(Path context, String instructions) {
    Path place = place();
    succeed(attempt(context, instructions, place, "dir:" + place, "--format", "docker"));
    JsonObject manifest = Json.readObject(read(place.resolve("manifest.json")), "manifest");
    String config = Objects.requireNonNull(manifest.object("config")).requiredString("digest");
    return Json.readObject(
        read(place.resolve(config.substring(config.indexOf(':') + 1))), "config");
  }

  /** Whether buildah builds this; what it would make is thrown away. */
  public boolean builds(Path context, String instructions) {
    Path layout = place();
    String name = "oci:" + layout + ":" + NAME;
    return attempt(context, instructions, layout, name).exit() == 0;
  }

  /**
   * What a history says was done, without the digests of what COPY copied: buildah's are of a tar
   * that names the users of the machine it ran on.
   */
  public static List<String> withoutDigests(List<String> createdBy) {
    return createdBy.stream().map(text -> DIGEST.matcher(text).replaceAll("$1digest")).toList();
  }

  /** Removes the mounts and files that buildah keeps open. */
  @Override
  public void close() {
    Program.attempt(Program.command(command(), "rm", "--all"));
  }

  private Program.Outcome attempt(
      Path context, String instructions, Path place, String name, String... options) {
    Path file = place.resolveSibling(place.getFileName() + ".Containerfile");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, instructions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = command();
    command.addAll(List.of("bud", "--isolation", "chroot", "--no-cache", "--layers=false"));
    command.addAll(List.of("--tls-verify=false", "-f", file.toString()));
    command.addAll(List.of("-t", name));
    command.addAll(List.of(options));
    command.add(context.toString());
    return Program.attempt(command.toArray(String[]::new));
  }

  private synchronized Path place() {
    builds++;
    return folder.resolve("image" + builds);
  }

  private static void succeed(Program.Outcome outcome) {
    if (outcome.exit() != 0) {
      throw new AssertionError("buildah: " + outcome.err());
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
