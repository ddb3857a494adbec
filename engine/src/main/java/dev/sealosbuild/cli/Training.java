package dev.sealosbuild.cli;

import dev.sealosbuild.cluster.RegistryFolder;
import dev.sealosbuild.cluster.RegistryServer;
import dev.sealosbuild.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Builds a small image, so that the JVM sees which classes a build loads. {@code
 * engine/bin/sealos-build} runs this once for each JAR and JDK and keeps them in an archive.
 */
final class Training {
  /** More than a layer's chunks, a scan's first thread and an early upload's beginning take. */
  private static final int MANY_FILES = 1500;

  private static final int LARGE_FILE = 5 << 20;

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
    Path many = Files.createDirectories(context.resolve("many"));
    for (int i = 0; i < MANY_FILES; i++) {
      Files.writeString(many.resolve(i + ".yaml"), "number: " + i + "\n");
    }
    byte[] large = new byte[LARGE_FILE];
    new Random(1).nextBytes(large);
    Files.write(context.resolve("large"), large);
    try (TrainingRegistry registry = new TrainingRegistry()) {
      build("--progress=plain", "7", "registry.example.com");
      build("--progress=plain", "7", "registry.example.com");
      Files.writeString(context.resolve("a.yaml"), "kind: Pod\n");
      build("--progress=tty", "8", registry.host(), "--push", "--tls-verify=false");
      Path conf = directory.resolve("registries.conf");
      Files.writeString(
          conf, "[[registry]]\nlocation = \"" + registry.host() + "\"\ninsecure = true\n");
      build("--quiet", "8", registry.host(), "--push", "--registries-conf=" + conf);
    }
    saveImages();
    runCommands();
    run("images", "--root=" + directory.resolve("store"));
  }

  /**
   * Of a registry that has one of the built images: for a folder, for a cluster image, into an
   * empty store, and back to where it is.
   */
  private void saveImages() throws IOException {
    String image = "training/image:1.0";
    Path served = directory.resolve("served");
    run(
        "registry",
        "save",
        "--root=" + directory.resolve("store"),
        "--registry-dir=" + served,
        "--images=registry.example.com/" + image);
    Path context = Files.createDirectories(directory.resolve("cluster/images/shim"));
    Files.writeString(
        context.resolve("../../Kubefile").normalize(), "FROM scratch\nCOPY registry registry\n");
    String root = "--root=" + directory.resolve("saving-store");
    try (RegistryServer registry =
        new RegistryServer(
            new RegistryFolder(served),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Progress.silent())) {
      String name = "127.0.0.1:" + registry.port() + "/" + image;
      Files.writeString(context.resolve("list"), name + "\n");
      for (String view : List.of("--progress=plain", "--progress=tty", "--quiet")) {
        String folder = "--registry-dir=" + directory.resolve("saved");
        run("registry", "save", root, "--tls-verify=false", view, folder, "--images=" + name);
        String lock = "--save-image-lock=" + directory.resolve("lock.json");
        String cluster = directory.resolve("cluster").toString();
        run("build", root, "--tls-verify=false", view, "-t", "training/cluster", lock, cluster);
        String pulled = "--root=" + directory.resolve("pulled" + view);
        run("pull", pulled, "--tls-verify=false", view, name);
        run("push", pulled, "--tls-verify=false", view, name);
      }
    }
  }

  /** Where commands cannot be run, what can be learned of it is not missed. */
  private void runCommands() throws IOException {
    Path commands = Files.createDirectories(directory.resolve("commands"));
    TrainingProgram.write(commands.resolve("sh"));
    Files.writeString(
        commands.resolve("Kubefile"),
        """
        FROM scratch
        COPY sh /bin/sh
        RUN first command
        ENV A=b
        RUN second command
        RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t ["/bin/sh", "third"]
        """);
    String root = "--root=" + directory.resolve("store");
    attempt("build", root, "--progress=plain", commands.toString());
    attempt("build", root, "--progress=plain", commands.toString());
  }

  private void build(String view, String version, String registry, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add("build");
    arguments.add("--root=" + directory.resolve("store"));
    arguments.add("--tag=" + registry + "/training/image:1.0");
    arguments.add("--build-arg=VERSION=" + version);
    arguments.add("--label=training=true");
    arguments.add("--timestamp=0");
    arguments.add(view);
    arguments.add("--metadata-file=" + directory.resolve("metadata.json"));
    arguments.addAll(List.of(more));
    arguments.add(directory.resolve("context").toString());
    run(arguments.toArray(String[]::new));
  }

  private static void run(String... args) {
    int status = attempt(args);
    if (status != Main.OK) {
      throw new IllegalStateException(String.join(" ", args) + " ended with " + status);
    }
  }

  private static int attempt(String... args) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Invocation process = Invocation.ofProcess();
    return Main.run(
        args,
        new Invocation(
            process.in(),
            nowhere,
            nowhere,
            process.environment(),
            process.screen(),
            process.passwords()));
  }
}
