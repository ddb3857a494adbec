package dev.sealosbuild.proof;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.cli.Invocation;
import dev.sealosbuild.cli.Main;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine with a store in a folder of the test: as a library, and as a program. */
final class Engine {
  static final ImageReference NAME = ImageReference.parse("ours");

  private final Path root;

  Engine(Path root) {
    this.root = root;
  }

  /** Builds an image as a library and reads it from the store. */
  ImageContents build(Path context, String instructions) {
    return build(context, instructions, request -> {});
  }

  /** As {@link #build(Path, String)}, with more asked for. */
  ImageContents build(Path context, String instructions, Consumer<BuildRequest.Builder> more) {
    return buildAs(NAME, context, instructions, more);
  }

  /** Builds an image that has this one name, and pushes it there if that is asked for. */
  ImageContents buildAs(
      ImageReference name, Path context, String instructions, Consumer<BuildRequest.Builder> more) {
    BuildRequest.Builder request = BuildRequest.of(context);
    request.inputs().file(new InstructionFile.Inline("Containerfile", instructions));
    request.output().tag(name);
    more.accept(request);
    try (ImageStore store = ImageStore.open(root)) {
      new ImageBuilder(store, Progress.silent()).build(request.build());
    }
    return ImageContents.read(root, name.toString());
  }

  /**
   * Runs {@code sealos-build build} in this process; the image is {@link #image} when its status is
   * 0.
   *
   * @param arguments options, and the context last
   * @param input standard input; null for none
   */
  Program.Outcome call(List<String> arguments, @Nullable Path input) {
    List<String> all = new ArrayList<>(List.of("build", "--root", root.toString()));
    all.addAll(List.of("--progress", "plain", "-t", NAME.toString()));
    all.addAll(arguments);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (InputStream in =
        input == null ? InputStream.nullInputStream() : Files.newInputStream(input)) {
      Invocation invocation =
          new Invocation(
              in,
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              System.getenv(),
              null,
              question -> null);
      int status = Main.run(all.toArray(String[]::new), invocation);
      return new Program.Outcome(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image that was built last. */
  ImageContents image() {
    return ImageContents.read(root, NAME.toString());
  }

  /** What skopeo calls the image that was built last. */
  String skopeoName() {
    return "oci:" + root + ":" + NAME;
  }

  /** The store's folder. */
  Path root() {
    return root;
  }

  /**
   * The command line that builds a context into this store, in a process of its own.
   *
   * @param javaOptions for the JVM, such as {@code -XX:ActiveProcessorCount=1}
   * @param options of the build
   */
  List<String> command(List<String> javaOptions, Path context, String... options) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.sealosbuild.cli.Main", "build", "--root", root.toString()));
    command.addAll(List.of("--progress", "plain", "-t", NAME.toString()));
    command.addAll(List.of(options));
    command.add(context.toString());
    return command;
  }

  /** Runs {@link #command} to its end, which must be a good one. */
  Program.Outcome run(List<String> command) {
    Program.Outcome outcome = Program.attempt(command.toArray(String[]::new));
    if (outcome.exit() != 0) {
      throw new AssertionError(outcome.exit() + ": " + outcome.out() + outcome.err());
    }
    return outcome;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
