package dev.sealosbuild.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Answers on the loopback as a registry would that takes everything and keeps nothing, so that a
 * push loads its classes in the training run.
 */
final class TrainingRegistry implements AutoCloseable {
  private static final int MAX_LINE = 8192;

  private final ServerSocket server;

  TrainingRegistry() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Host and port. */
  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        start(() -> serve(client));
      } catch (IOException e) {
        return; // closed: the training is over
      }
    }
  }

  private static void serve(Socket client) {
    try (client;
        InputStream in = new BufferedInputStream(client.getInputStream())) {
      for (String request = line(in); !request.isEmpty(); request = line(in)) {
        long length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          String lower = header.toLowerCase(Locale.ROOT);
          if (lower.startsWith("content-length:")) {
            length = Long.parseLong(lower.substring("content-length:".length()).strip());
          } else if (lower.startsWith("transfer-encoding:")) {
            length = -1;
          }
        }
        skipBody(in, length);
        client.getOutputStream().write(answer(request).getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return; // the client has gone, which ends its connection
    }
  }

  private static String answer(String request) {
    String method = request.substring(0, request.indexOf(' '));
    String status =
        switch (method) {
          case "HEAD" -> "404 Not Found";
          case "POST", "PATCH" -> "202 Accepted";
          default -> "201 Created";
        };
    return "HTTP/1.1 "
        + status
        + "\r\nLocation: /v2/training/blobs/uploads/1\r\n"
        + "Content-Length: 0\r\n\r\n";
  }

  private static void skipBody(InputStream in, long length) throws IOException {
    if (length >= 0) {
      in.skipNBytes(length);
      return;
    }
    for (int chunk = chunkLength(in); chunk > 0; chunk = chunkLength(in)) {
      in.skipNBytes(chunk);
      line(in);
    }
    line(in);
  }

  private static int chunkLength(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < MAX_LINE; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "training-registry");
    thread.setDaemon(true);
    thread.start();
  }
}
