package dev.sealosbuild.registry;

import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Says the same to everybody, whatever they say, and reads no further than the greeting. */
final class RawServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  RawServer(String answer) throws IOException {
    Thread thread = new Thread(() -> serve(answer), "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  ImageReference image() {
    return ImageReference.parse("127.0.0.1:" + server.getLocalPort() + "/app:1");
  }

  private void serve(String answer) {
    try (Socket probe = server.accept()) {
      probe
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.getInputStream().read(new byte[8192]);
        OutputStream out = socket.getOutputStream();
        out.write(answer.getBytes(StandardCharsets.UTF_8));
        out.flush();
        if (answer.isEmpty() || answer.contains("202 Accepted")) {
          continue;
        }
        socket.shutdownOutput();
        socket.close();
      } catch (IOException e) {
        // The client has had enough of it, or the test has: then the loop ends.
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
