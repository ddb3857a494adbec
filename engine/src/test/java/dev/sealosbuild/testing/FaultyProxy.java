package dev.sealosbuild.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Stands on the loopback before a real registry and spoils what it is told to, one request for each
 * fault. A connection carries one request.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 22;

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int registryPort;
  private final List<Planned> planned = new ArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private record Planned(String beginning, Fault fault) {}

  /** What goes wrong. */
  public sealed interface Fault {
    /** An answer of the proxy's own; the headers each end with a line's end. */
    record Answer(String status, String headers) implements Fault {}

    /** The connection is reset when so many bytes of the answer's body have passed. */
    record Reset(int bytes) implements Fault {}

    /** It is closed, as if that were all. */
    record Cut(int bytes) implements Fault {}

    /** It is reset when so many bytes of the request's body have passed. */
    record ResetUpload(int bytes) implements Fault {}

    /** The byte at this place of the answer's body is another one. */
    record Flip(int at) implements Fault {}

    /** Nothing is ever said. */
    record Silence() implements Fault {}

    /** The answer comes a few bytes at a time. */
    record Slow() implements Fault {}
  }

  public FaultyProxy(String registry) throws IOException {
    registryPort = Integer.parseInt(registry.substring(registry.indexOf(':') + 1));
    start(this::accept);
  }

  /** {@code 127.0.0.1:port}. */
  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** The next request whose first line begins so meets the fault. */
  public synchronized FaultyProxy plan(String beginning, Fault fault) {
    planned.add(new Planned(beginning, fault));
    return this;
  }

  /** Method, address and Range header (empty for none) of each request so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** Whether every fault has met its request. */
  public synchronized boolean allHappened() {
    return planned.isEmpty();
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
        return; // closed: the test is over
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        InputStream in = new BufferedInputStream(client.getInputStream())) {
      in.mark(1);
      if (in.read() == TLS_HANDSHAKE) {
        answer(client, "400 Bad Request", "");
        return;
      }
      in.reset();
      List<String> head = head(in);
      if (!head.get(0).contains(" HTTP/1.")) {
        answer(client, "400 Bad Request", "");
        return;
      }
      String range = "";
      for (String line : head) {
        range = line.startsWith("Range: ") ? " " + line.substring("Range: ".length()) : range;
      }
      requests.add(head.get(0).replace(" HTTP/1.1", "") + range);
      Fault fault = next(head.get(0));
      if (fault instanceof Fault.Silence) {
        in.transferTo(OutputStream.nullOutputStream());
        return;
      }
      if (fault instanceof Fault.Answer own) {
        answer(client, own.status(), own.headers());
        return;
      }
      try (Socket registry = new Socket(InetAddress.getLoopbackAddress(), registryPort)) {
        forward(client, in, head, registry, fault);
      }
    } catch (IOException e) {
      return; // either side has gone, as it may when things go wrong
    }
  }

  private synchronized @Nullable Fault next(String line) {
    for (Planned one : planned) {
      if (line.startsWith(one.beginning())) {
        planned.remove(one);
        return one.fault();
      }
    }
    return null;
  }

  private static void forward(
      Socket client, InputStream in, List<String> head, Socket registry, @Nullable Fault fault)
      throws IOException {
    String sent = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
    OutputStream out = registry.getOutputStream();
    out.write(sent.getBytes(StandardCharsets.ISO_8859_1));
    if (fault instanceof Fault.ResetUpload reset) {
      out.write(in.readNBytes(reset.bytes()));
      reset(client);
      return;
    }
    start(() -> pass(in, out));
    InputStream back = new BufferedInputStream(registry.getInputStream());
    String answered = String.join("\r\n", head(back)) + "\r\n\r\n";
    OutputStream toClient = client.getOutputStream();
    toClient.write(answered.getBytes(StandardCharsets.ISO_8859_1));
    spoil(client, back, toClient, fault);
  }

  private static void spoil(
      Socket client, InputStream back, OutputStream toClient, @Nullable Fault fault)
      throws IOException {
    if (fault instanceof Fault.Reset reset) {
      toClient.write(back.readNBytes(reset.bytes()));
      reset(client);
    } else if (fault instanceof Fault.Cut cut) {
      toClient.write(back.readNBytes(cut.bytes()));
    } else if (fault instanceof Fault.Flip flip) {
      byte[] body = back.readAllBytes();
      body[flip.at()] ^= 1;
      toClient.write(body);
    } else if (fault instanceof Fault.Slow) {
      byte[] body = back.readAllBytes();
      for (int at = 0; at < body.length; at += 7) {
        toClient.write(Arrays.copyOfRange(body, at, Math.min(body.length, at + 7)));
        toClient.flush();
      }
    } else {
      back.transferTo(toClient);
    }
  }

  private static void pass(InputStream in, OutputStream out) {
    try {
      in.transferTo(out);
    } catch (IOException e) {
      return; // the answer is there, and both sides are closed
    }
  }

  private static void answer(Socket client, String status, String headers) throws IOException {
    String text =
        "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n" + headers + "\r\n";
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.shutdownOutput();
    // What is not read would make the closing a reset.
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** Closing without lingering sends a reset in place of an end. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private static List<String> head(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = line(in);
      if (line.isEmpty() && !lines.isEmpty()) {
        return lines;
      }
      lines.add(line);
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("no whole line");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "faulty-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
