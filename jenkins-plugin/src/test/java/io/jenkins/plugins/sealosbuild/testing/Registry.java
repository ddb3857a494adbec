package io.jenkins.plugins.sealosbuild.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A registry on the loopback that lets one user in: the program {@code docker-registry}. */
public final class Registry implements AutoCloseable {
  private final Process process;
  private final int port;

  private Registry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  public static Registry start(String user, String password) throws Exception {
    Requires.program("docker-registry");
    Requires.program("htpasswd");
    Path folder = Files.createTempDirectory("registry");
    int port = freePort();
    Path users = folder.resolve("htpasswd");
    new ProcessBuilder("htpasswd", "-Bbc", users.toString(), user, password).start().waitFor();
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: 127.0.0.1:%d}
        auth: {htpasswd: {realm: test, path: %s}}
        """
            .formatted(folder.resolve("blobs"), port, users));
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Registry registry = new Registry(process, port);
    registry.awaitListening();
    return registry;
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private void awaitListening() throws InterruptedException {
    while (process.isAlive()) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        process.waitFor(50, TimeUnit.MILLISECONDS); // not yet; ends at once when it has ended
      }
    }
    throw new IllegalStateException("docker-registry ended");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
