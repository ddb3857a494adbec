package dev.sealosbuild.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Builds a small image, so that the JVM sees which classes a build loads. {@code
 * engine/bin/sealos-build} runs this once for each JAR and JDK and keeps them in an archive.
 */
final class Training {
  private final Path directory;

  private Training(Path directory) {
    this.directory = directory;
  }

  /** Builds in the directory that is the only argument; what it leaves there is of no use. */
  public static void main(String[] args) throws IOException {
    new Training(Path.of(args[0])).run();
  }

  private void run() throws IOException {
    Path context = Files.createDirectories(directory.resolve("context/manifests"));
    Files.writeString(context.resolve("a.yaml"), "kind: ConfigMap\n");
    Files.writeString(context.resolve("b.yaml"), "kind: Secret\n".repeat(1000));
    Files.writeString(
        context.resolveSibling("Kubefile"),
        """
        FROM scratch
        ARG VERSION="1.0"
        ENV RELEASE=${VERSION:-none} NAME='training'
        LABEL version=$VERSION name="a b"
        WORKDIR /opt
        COPY manifests /manifests/
        COPY --chown=1:1 --chmod=644 manifests/*.yaml ./
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["kubectl apply -f manifests"]
        """);
    build("--progress=plain", "7");
    build("--progress=plain", "7");
    build("--progress=tty", "8");
    build("--quiet", "8");
    run("images", "--root=" + directory.resolve("store"));
  }

  private void build(String view, String version) {
    run(
        "build",
        "--root=" + directory.resolve("store"),
        "--tag=registry.example.com/training/image:1.0",
        "--build-arg=VERSION=" + version,
        "--label=training=true",
        "--timestamp=0",
        view,
        "--metadata-file=" + directory.resolve("metadata.json"),
        directory.resolve("context").toString());
  }

  private static void run(String... args) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Invocation process = Invocation.ofProcess();
    int status =
        Main.run(
            args,
            new Invocation(
                process.in(),
                nowhere,
                nowhere,
                process.environment(),
                process.screen(),
                process.passwords()));
    if (status != Main.OK) {
      throw new IllegalStateException(String.join(" ", args) + " ended with " + status);
    }
  }
}
