import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A docker-registry on the loopback, keeping its blobs in a folder. */
final class Registry implements AutoCloseable {
  private final Process process;
  final String host;

  private Registry(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  static Registry start(Path folder) throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.createDirectories(folder);
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            + "storage:\n  filesystem: {rootdirectory: \""
            + folder.resolve("storage")
            + "\"}\nhttp: {addr: \"127.0.0.1:"
            + port
            + "\", secret: bench}\n");
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Registry registry = new Registry(process, "127.0.0.1:" + port);
    while (!Tools.answers(port)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IOException("docker-registry: " + Files.readString(folder.resolve("log")));
      }
    }
    return registry;
  }

  @Override
  public void close() {
    Tools.stop(process);
  }
}
