package dev.sealosbuild.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code dockerd} of the test's own, beside any of the machine's, with all that it has in a
 * folder. Its containers have no network; it itself has the machine's, so that it reaches a {@link
 * LocalRegistry}.
 */
public final class Dockerd implements AutoCloseable {
  private static final int START_SECONDS = 60;

  private final Path folder;
  private final Process process;

  private Dockerd(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts a daemon. Where this machine has none, or does not let one run, the test is skipped.
   *
   * @param folder its own, of a short name: a socket's path has at most 107 characters
   * @param options of {@code dockerd}, besides
   */
  public static Dockerd start(Path folder, List<String> options)
      throws IOException, InterruptedException {
    Requires.program("docker");
    Requires.program("dockerd");
    Requires.root();
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>(List.of(Requires.installed("dockerd").toString()));
    command.addAll(List.of("--iptables=false", "--ip6tables=false", "--bridge=none"));
    command.add("--host=unix://" + folder.resolve("docker.sock"));
    command.add("--data-root=" + folder.resolve("data"));
    command.add("--exec-root=" + folder.resolve("exec"));
    command.add("--pidfile=" + folder.resolve("docker.pid"));
    command.addAll(options);
    Path log = folder.resolve("docker.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Dockerd daemon = new Dockerd(folder, process);
    if (!daemon.answers()) {
      daemon.close();
      Requires.isTrue(false, "dockerd does not run here: " + lastLine(log));
    }
    return daemon;
  }

  /** {@code DOCKER_HOST} for a client. */
  public String host() {
    return "unix://" + folder.resolve("docker.sock");
  }

  /** Runs {@code docker}, which must succeed; answers what it wrote to standard output. */
  public String run(String... arguments) {
    List<String> command = command();
    command.addAll(List.of(arguments));
    return Program.run(command.toArray(String[]::new));
  }

  /** Stops the daemon and unmounts what it leaves mounted. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    String mounted = "sed -n 's,^[^ ]* \\('\"$0\"'/[^ ]*\\) .*,\\1,p' /proc/mounts";
    Program.attempt("sh", "-c", mounted + " | xargs -r umount -l", folder.toString());
  }

  private boolean answers() throws InterruptedException {
    List<String> version = command();
    version.add("version");
    for (int attempt = 0; attempt < 2 * START_SECONDS && process.isAlive(); attempt++) {
      if (Program.attempt(version.toArray(String[]::new)).exit() == 0) {
        return true;
      }
      process.waitFor(500, TimeUnit.MILLISECONDS);
    }
    return false;
  }

  private List<String> command() {
    return new ArrayList<>(List.of("docker", "-H", host()));
  }

  private static String lastLine(Path log) throws IOException {
    String text = Files.readString(log).strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
