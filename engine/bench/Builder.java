import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that builds images. */
interface Builder extends AutoCloseable {
  String name();

  /** Does what is done once per machine and not once per build. */
  default void prepare() throws IOException, InterruptedException {}

  /** Forgets everything that was ever built, so that the next build is cold. */
  void forget() throws IOException, InterruptedException;

  /** Builds a context and, when a registry is given, pushes the image to it. */
  Measured build(Workload workload, String registry) throws IOException, InterruptedException;

  @Override
  default void close() throws IOException {}

  /** What an image is called, in the registry or without one. */
  static String image(Workload workload, String registry) {
    String repository = "bench/" + workload.name.toLowerCase(java.util.Locale.ROOT) + ":latest";
    return (registry == null ? "localhost" : registry) + "/" + repository;
  }

  /** The engine of this repository. */
  record Ours(Path program, Path folder) implements Builder {
    @Override
    public String name() {
      return "sealos-build";
    }

    /** The first start makes the JAR and the archive of its classes. */
    @Override
    public void prepare() throws IOException, InterruptedException {
      Path context = Files.createDirectories(folder.resolve("tiny"));
      Files.writeString(context.resolve("Kubefile"), "FROM scratch\nCOPY Kubefile /\n");
      String store = folder.resolve("tiny-store").toString();
      for (int i = 0; i < 2; i++) {
        Measured.run(
            folder.resolve("ours.log"), program.toString(), "build", "--root", store, context + "");
      }
    }

    @Override
    public void forget() throws IOException {
      Tools.delete(folder.resolve("store"));
    }

    @Override
    public Measured build(Workload workload, String registry)
        throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(List.of(program.toString(), "build"));
      command.addAll(List.of("--root", folder.resolve("store").toString()));
      command.addAll(List.of("--progress", "plain", "-t", image(workload, registry)));
      command.add("--save-image=false"); // the others have nothing like it, and the texts are no manifests
      if (registry != null) {
        command.addAll(List.of("--push", "--tls-verify=false"));
      }
      command.add(workload.context.toString());
      return Measured.run(folder.resolve("ours.log"), command.toArray(String[]::new));
    }
  }

  /** buildah with layers, which is what gives it a cache. */
  record Buildah(Path folder, String isolation) implements Builder {
    @Override
    public String name() {
      return isolation.equals("oci") ? "buildah, runc" : "buildah";
    }

    @Override
    public void forget() throws IOException, InterruptedException {
      Path root = folder.resolve("buildah");
      if (Files.exists(root)) {
        Measured.run(folder.resolve("rm.log"), command("rmi", "--all", "--force"));
        String mount = root.resolve("root/overlay").toString();
        if (Files.readString(Path.of("/proc/mounts")).contains(" " + mount + " ")) {
          Measured.run(folder.resolve("rm.log"), "umount", mount);
        }
        Tools.delete(root);
      }
    }

    @Override
    public Measured build(Workload workload, String registry)
        throws IOException, InterruptedException {
      String image = image(workload, registry);
      String file = workload.context.resolve("Kubefile").toString();
      String[] build = {"--isolation", isolation, "--layers", "-f", file, "-t", image};
      List<String> arguments = new ArrayList<>(List.of("bud", "--runtime", "runc"));
      arguments.addAll(List.of(build));
      arguments.add(workload.context.toString());
      Path log = folder.resolve("buildah.log");
      Measured built = Measured.run(log, command(arguments.toArray(String[]::new)));
      if (registry == null) {
        return built;
      }
      return built.plus(Measured.run(log, command("push", "-q", "--tls-verify=false", image)));
    }

    private String[] command(String... arguments) {
      Path root = folder.resolve("buildah");
      List<String> command = new ArrayList<>(List.of("buildah", "--root", root + "/root"));
      command.addAll(List.of("--runroot", root + "/run"));
      command.addAll(List.of(arguments));
      return command.toArray(String[]::new);
    }
  }

  /** Docker with BuildKit, in a daemon of its own; its memory is the daemon's. */
  final class Docker implements Builder {
    private final Path folder;
    private Process daemon;

    Docker(Path folder) {
      this.folder = folder;
    }

    @Override
    public String name() {
      return "docker";
    }

    @Override
    public void forget() throws IOException, InterruptedException {
      close();
      Path root = folder.resolve("docker");
      Files.createDirectories(root);
      daemon =
          new ProcessBuilder(
                  "dockerd",
                  "--iptables=false",
                  "--bridge=none",
                  "-H",
                  socket(),
                  "--data-root",
                  root.resolve("data").toString(),
                  "--exec-root",
                  root.resolve("exec").toString(),
                  "-p",
                  root.resolve("pid").toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("dockerd.log").toFile())
              .start();
      while (!Files.exists(root.resolve("docker.sock"))) {
        if (daemon.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new IOException("dockerd: " + Files.readString(folder.resolve("dockerd.log")));
        }
      }
      Measured.run(folder.resolve("docker.log"), command("version"));
    }

    @Override
    public Measured build(Workload workload, String registry)
        throws IOException, InterruptedException {
      String image = image(workload, registry);
      Path log = folder.resolve("docker.log");
      String file = workload.context.resolve("Kubefile").toString();
      String context = workload.context.toString();
      Measured all =
          Measured.run(log, command("build", "--network=host", "-f", file, "-t", image, context));
      if (registry != null) {
        all = all.plus(Measured.run(log, command("push", image)));
      }
      return new Measured(all.seconds(), Measured.peakMegabytes(daemon.pid()));
    }

    @Override
    public void close() throws IOException {
      if (daemon != null) {
        Tools.stop(daemon);
        daemon = null;
        Tools.delete(folder.resolve("docker"));
      }
    }

    private String socket() {
      return "unix://" + folder.resolve("docker/docker.sock");
    }

    private String[] command(String... arguments) {
      List<String> command = new ArrayList<>(List.of("env", "DOCKER_BUILDKIT=1"));
      command.addAll(List.of("DOCKER_CONFIG=" + folder.resolve("docker/config")));
      command.addAll(List.of(Files.isExecutable(DEBIANS) ? DEBIANS.toString() : "docker"));
      command.addAll(List.of("-H", socket()));
      command.addAll(List.of(arguments));
      return command.toArray(String[]::new);
    }

    /** The client that belongs to Debian's daemon and has BuildKit built in. */
    private static final Path DEBIANS = Path.of("/usr/bin/docker");
  }
}
