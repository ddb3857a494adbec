package dev.sealosbuild.action;

import dev.sealosbuild.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The action's container, built by the engine from its Dockerfile, and a Docker daemon of the
 * test's own that has it. The base is made by debootstrap, once for all runs of the tests.
 */
final class Container implements AutoCloseable {
  static final String NAME = "localhost/sealos-build-action:test";

  /** Its number in linux/capability.h. */
  private static final int CAP_SYS_RESOURCE = 24;

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path BASE = Path.of("target/base").toAbsolutePath();

  private final Path folder;
  private final Process daemon;

  private Container(Path folder, Process daemon) {
    this.folder = folder;
    this.daemon = daemon;
  }

  /** Builds it and starts a daemon. */
  static Container start() throws IOException, InterruptedException {
    // The name of a socket has room for a hundred bytes.
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "action");
    build(folder);
    Process daemon = daemon(folder);
    Container container = new Container(folder, daemon);
    container.awaitDaemon();
    String archive = folder.resolve("container.tar").toString();
    run(
        600,
        List.of(
            "skopeo",
            "copy",
            "-q",
            "oci:" + folder.resolve("store") + ":" + NAME,
            "docker-archive:" + archive + ":" + NAME));
    container.docker("load", "-q", "-i", archive);
    return container;
  }

  /** {@code DOCKER_HOST} of the daemon. */
  String host() {
    return "unix://" + folder.resolve("docker.sock");
  }

  /** What {@code docker} with these arguments prints. */
  String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host()));
    command.addAll(List.of(arguments));
    return Program.run(command.toArray(String[]::new));
  }

  /** Removes the daemon and all that it has. */
  @Override
  public void close() throws IOException {
    daemon.destroy();
    try {
      if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
        daemon.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // The daemon leaves its own network namespace mounted.
    Program.attempt("umount", folder.resolve("exec/netns/default").toString());
    Program.run("rm", "-rf", folder.toString());
  }

  private static void build(Path folder) throws IOException, InterruptedException {
    if (!Files.exists(BASE.resolve("usr/bin/gpg"))) {
      run(1800, List.of(REPOSITORY + "/github-action/make-base", BASE.toString()));
    }
    run(300, List.of(REPOSITORY + "/github-action/make-java", folder + "/java/java"));
    Path jars = Files.createDirectories(folder.resolve("jars/jars"));
    for (String jar :
        List.of("engine/target/sealos-build.jar", "github-action/target/sealos-build-action.jar")) {
      Path file = REPOSITORY.resolve(jar);
      Files.copy(file, jars.resolve(file.getFileName()));
    }
    Path dockerfile = folder.resolve("Dockerfile.base");
    Files.writeString(dockerfile, "FROM scratch\nCOPY . /\n");
    engine(folder, "-t", "localhost/programs", "-f", dockerfile.toString(), BASE.toString());
    engine(
        folder,
        "-t",
        NAME,
        "-f",
        REPOSITORY + "/github-action/Dockerfile",
        "--timestamp=0",
        "--build-context=programs=container-image://localhost/programs",
        "--build-context=java=" + folder + "/java",
        "--build-context=jars=" + folder + "/jars",
        REPOSITORY.toString());
  }

  private static void engine(Path folder, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-jar", REPOSITORY + "/engine/target/sealos-build.jar", "build"));
    command.add("--root=" + folder.resolve("store"));
    command.addAll(List.of(arguments));
    run(600, command);
  }

  private static Process daemon(Path folder) throws IOException {
    String dockerd =
        Files.isExecutable(Path.of("/usr/sbin/dockerd")) ? "/usr/sbin/dockerd" : "dockerd";
    List<String> command = new ArrayList<>();
    command.add(dockerd);
    command.addAll(List.of("--iptables=false", "--bridge=none"));
    command.add("--host=unix://" + folder.resolve("docker.sock"));
    command.add("--data-root=" + folder.resolve("data"));
    command.add("--exec-root=" + folder.resolve("exec"));
    command.add("--pidfile=" + folder.resolve("docker.pid"));
    command.addAll(runtime(folder));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("docker.log").toFile())
        .start();
  }

  /**
   * Options for a machine whose root was denied CAP_SYS_RESOURCE, as that of a virtual machine may
   * be: for {@code --privileged}, Docker before version 23 asks runc for all capabilities that the
   * kernel knows, and not for those that it has itself.
   */
  private static List<String> runtime(Path folder) throws IOException {
    String mask =
        Program.run("sed", "-n", "s/^CapBnd:[[:blank:]]*//p", "/proc/self/status").strip();
    if ((Long.parseUnsignedLong(mask, 16) >>> CAP_SYS_RESOURCE & 1) == 1) {
      return List.of();
    }
    Path script = folder.resolve("runtime");
    Files.writeString(
        script,
        """
        #!/bin/sh
        previous= bundle=
        for argument; do
          [ "$previous" != --bundle ] || bundle=$argument
          previous=$argument
        done
        [ -z "$bundle" ] || sed -i 's/,"CAP_SYS_RESOURCE"//g' "$bundle/config.json"
        exec runc "$@"
        """);
    if (!script.toFile().setExecutable(true)) {
      throw new IOException(script + " cannot be made a program");
    }
    return List.of("--add-runtime=held=" + script, "--default-runtime=held");
  }

  private void awaitDaemon() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 120 && daemon.isAlive(); attempt++) {
      if (Program.attempt("docker", "-H", host(), "version").exit() == 0) {
        return;
      }
      daemon.waitFor(500, TimeUnit.MILLISECONDS);
    }
    String log = Files.readString(folder.resolve("docker.log"));
    close();
    throw new AssertionError("dockerd does not answer: " + log);
  }

  /** As {@link Program#run}, for what takes minutes. */
  private static void run(long seconds, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("action", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " took more than " + seconds + " s");
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(command + " failed: " + Files.readString(log));
      }
    } finally {
      Files.delete(log);
    }
  }
}
