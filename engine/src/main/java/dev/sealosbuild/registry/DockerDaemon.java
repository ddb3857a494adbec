package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Docker daemon, asked for images and given them as archives.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/">Docker Engine API</a>
 */
public final class DockerDaemon implements AutoCloseable {
  private static final String DEFAULT = "unix:///var/run/docker.sock";
  private static final int MAX_ANSWER = 1 << 20;
  private static final int CONNECT_MILLIS = 30_000;
  private static final int SILENCE_MILLIS = 600_000;

  private final String address;
  private final HttpConnection connection;

  private DockerDaemon(String address, HttpConnection connection) {
    this.address = address;
    this.connection = connection;
  }

  /** Writes an archive. */
  @FunctionalInterface
  public interface Archive {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Connects to the daemon of DOCKER_HOST, {@code unix://PATH} or {@code tcp://HOST:PORT}, or to
   * that of this machine.
   *
   * @throws BuildException when nobody listens there
   */
  public static DockerDaemon connect(Map<String, String> environment) {
    String given = environment.get("DOCKER_HOST");
    String address = given == null || given.isEmpty() ? DEFAULT : given;
    String verify = environment.get("DOCKER_TLS_VERIFY");
    if (address.startsWith("tcp://") && verify != null && !verify.isEmpty()) {
      throw new BuildException(
          "DOCKER_TLS_VERIFY is set, and Docker is spoken to without TLS only",
          "use a unix:// socket, or go by docker-archive:FILE and docker load");
    }
    try {
      Origin origin = new Origin(false, "docker", 80);
      return new DockerDaemon(address, new HttpConnection(origin, socket(address)));
    } catch (IOException e) {
      throw new BuildException(
          "the Docker daemon at " + address + " cannot be reached: " + e.getMessage(),
          "start it, or set DOCKER_HOST to where it listens",
          e);
    }
  }

  /**
   * The archive of an image, as {@code docker save} gives it; to be read before the daemon is
   * closed.
   *
   * @throws BuildException when it has no such image
   */
  public InputStream save(String image) {
    try {
      HttpResponse response =
          connection.exchange(
              new HttpRequest("GET", uri("/images/" + image + "/get"), Map.of(), null),
              reusable -> {});
      if (response.status() != 200) {
        throw failure("has not given " + image, response);
      }
      return response.body();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Gives it an archive, as {@code docker load} does.
   *
   * @throws BuildException when it does not take it
   */
  public void load(Archive archive) {
    try {
      HttpRequest request =
          new HttpRequest(
              "POST",
              uri("/images/load?quiet=1"),
              Map.of("Content-Type", "application/x-tar"),
              null);
      ChunkedOutput out = connection.begin(request);
      archive.writeTo(out);
      out.end();
      HttpResponse response = connection.receive(request, reusable -> {});
      if (response.status() != 200) {
        throw failure("has not taken the image", response);
      }
      checkMessages(response.body());
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /** What goes wrong after the answer has begun is said in its lines. */
  private void checkMessages(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_ANSWER);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new java.io.ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{")) {
          @Nullable String error =
              Json.readObject(line.getBytes(StandardCharsets.UTF_8), "the daemon's answer")
                  .string("error");
          if (error != null) {
            throw new BuildException(
                "the Docker daemon at " + address + " has not taken the image: " + error,
                "see its log");
          }
        }
      }
    }
  }

  private BuildException failure(String what, HttpResponse response) throws IOException {
    byte[] bytes = response.body().readNBytes(MAX_ANSWER);
    String message = new String(bytes, StandardCharsets.UTF_8).strip();
    try {
      message =
          Objects.requireNonNullElse(
              Json.readObject(bytes, "the daemon's answer").string("message"), message);
    } catch (BuildException e) {
      message = Objects.requireNonNullElse(message, "");
    }
    return new BuildException(
        "the Docker daemon at " + address + " " + what + ": " + response.status() + " " + message,
        "see docker images for what it has");
  }

  private BuildException broken(IOException e) {
    return new BuildException(
        "talking to the Docker daemon at " + address + " failed: " + e.getMessage(),
        "see its log, then try again",
        e);
  }

  private static URI uri(String path) {
    return URI.create("http://docker" + path);
  }

  private static Socket socket(String address) throws IOException {
    if (address.startsWith("unix://")) {
      SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(address.substring("unix://".length())));
      return new ChannelSocket(channel);
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw malformed(address);
    }
    if (!"tcp".equals(uri.getScheme()) || uri.getHost() == null) {
      throw malformed(address);
    }
    Socket socket = new Socket();
    int port = uri.getPort() < 0 ? 2375 : uri.getPort();
    socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
    socket.setSoTimeout(SILENCE_MILLIS);
    return socket;
  }

  private static BuildException malformed(String address) {
    return new BuildException(
        "DOCKER_HOST is \"" + address + "\"", "write it as unix:///PATH or tcp://HOST:PORT");
  }
}
