package dev.sealosbuild.action;

import dev.sealosbuild.testing.Dockerd;
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
  private final Dockerd daemon;

  private Container(Path folder, Dockerd daemon) {
    this.folder = folder;
    this.daemon = daemon;
  }

  /** Builds it and starts a daemon. */
  static Container start() throws IOException, InterruptedException {
    // The name of a socket has room for a hundred bytes.
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "action");
    build(folder);
    Dockerd daemon = Dockerd.start(folder, runtime(folder));
    String archive = folder.resolve("container.tar").toString();
    run(
        600,
        List.of(
            "skopeo",
            "copy",
            "-q",
            "oci:" + folder.resolve("store") + ":" + NAME,
            "docker-archive:" + archive + ":" + NAME));
    daemon.run("load", "-q", "-i", archive);
    return new Container(folder, daemon);
  }

  /** {@code DOCKER_HOST} of the daemon. */
  String host() {
    return daemon.host();
  }

  /** What {@code docker} with these arguments prints. */
  String docker(String... arguments) {
    return daemon.run(arguments);
  }

  /** Removes the daemon and all that it has. */
  @Override
  public void close() {
    daemon.close();
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
