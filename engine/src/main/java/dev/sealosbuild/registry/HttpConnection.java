package dev.sealosbuild.registry;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection, one request at a time, HTTP/1.1.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
final class HttpConnection implements AutoCloseable {
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_INTERIM_ANSWERS = 10;
  private static final int EARLY_ANSWER_MILLIS = 2_000;

  /** A registry that copies a blob to its place, as over an object store, does 10 MB/s at least. */
  private static final long COMMITS_PER_MILLI = 10_000;

  private static final long MAX_PATIENCE = 3_600_000;

  private final Origin origin;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private boolean answered;

  /** When the write now under way began, by {@link System#nanoTime()}; 0 while none is. */
  private volatile long writingSince;

  private volatile boolean stalled;

  HttpConnection(Origin origin, Socket socket) throws IOException {
    this.origin = origin;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    this.out = new WatchedOutput(socket.getOutputStream());
  }

  /** Whether the server has begun to answer the request under way. */
  boolean answered() {
    return answered;
  }

  /** Ends the connection if the server has not taken a write for so long. */
  void closeIfStalled(long nanos) {
    long since = writingSince;
    if (since != 0 && System.nanoTime() - since > nanos) {
      stalled = true;
      close();
    }
  }

  /** Sends the request and reads the head of the answer. */
  HttpResponse exchange(HttpRequest request, BodyInput.End end) throws IOException {
    HttpRequest.Body body = request.body();
    sendHead(request, "Content-Length", body == null ? lengthOfNothing(request) : body.length());
    if (body != null) {
      try {
        body.writeTo(out);
        out.flush();
      } catch (IOException e) {
        return earlyAnswer(request, e, end);
      }
    }
    return receive(request, end);
  }

  /** Sends the head of a request whose body follows, piece by piece, through what is returned. */
  ChunkedOutput begin(HttpRequest request) throws IOException {
    sendHead(request.withHeader("Transfer-Encoding", "chunked"), "", -1);
    return new ChunkedOutput(out);
  }

  /**
   * Reads the head of the answer; its body tells when the connection is free again.
   *
   * @throws SilenceException when nothing comes
   */
  HttpResponse receive(HttpRequest request, BodyInput.End end) throws IOException {
    int silence = socket.getSoTimeout();
    int patience = (int) Math.min(MAX_PATIENCE, silence + request.commits() / COMMITS_PER_MILLI);
    socket.setSoTimeout(patience);
    try {
      return receiveHead(request, end);
    } catch (SocketTimeoutException e) {
      throw new SilenceException(patience, e);
    } finally {
      if (!socket.isClosed()) {
        socket.setSoTimeout(silence);
      }
    }
  }

  private HttpResponse receiveHead(HttpRequest request, BodyInput.End end) throws IOException {
    for (int i = 0; i < MAX_INTERIM_ANSWERS; i++) {
      int status = readStatus();
      Map<String, String> headers = readHeaders();
      if (status >= 200) {
        InputStream body = BodyInput.of(in, request.method(), status, headers, end);
        return new HttpResponse(request.uri(), status, headers, body);
      }
    }
    throw new ProtocolException("nothing but interim answers");
  }

  /**
   * What a server said that stopped reading in the middle of a body, as one does that refuses it.
   *
   * @throws IOException the failure itself where the server said nothing
   */
  HttpResponse earlyAnswer(HttpRequest request, IOException failure, BodyInput.End end)
      throws IOException {
    try {
      socket.setSoTimeout(EARLY_ANSWER_MILLIS);
      return receive(request, reusable -> end.reached(false));
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing more is expected of this connection.
      return;
    }
  }

  private static long lengthOfNothing(HttpRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD") ? -1 : 0;
  }

  private void sendHead(HttpRequest request, String lengthHeader, long length) throws IOException {
    answered = false;
    URI uri = request.uri();
    StringBuilder head = new StringBuilder(512);
    String path = uri.getRawPath();
    head.append(request.method()).append(' ').append(path == null || path.isEmpty() ? "/" : path);
    if (uri.getRawQuery() != null) {
      head.append('?').append(uri.getRawQuery());
    }
    head.append(" HTTP/1.1\r\n");
    appendHeader(head, "Host", origin.authority());
    appendHeader(head, "User-Agent", "sealos-build");
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      appendHeader(head, header.getKey(), header.getValue());
    }
    if (length >= 0) {
      appendHeader(head, lengthHeader, Long.toString(length));
    }
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void appendHeader(StringBuilder head, String name, String value)
      throws IOException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        throw new ProtocolException("what cannot be sent back in a header, " + name);
      }
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private int readStatus() throws IOException {
    String line = readLine();
    if (!line.startsWith("HTTP/1.") || line.length() < 12) {
      throw new ProtocolException("something other than HTTP/1.1");
    }
    try {
      return Integer.parseInt(line.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new ProtocolException("no status");
    }
  }

  private Map<String, String> readHeaders() throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = readLine();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ProtocolException("a header without a colon");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      @Nullable String before = headers.get(name);
      headers.put(name, before == null ? value : before + ", " + value);
    }
    throw new ProtocolException("more than " + MAX_HEADERS + " headers");
  }

  private String readLine() throws IOException {
    return readLine(in, () -> answered = true);
  }

  /** A line without its end, of 16 KiB at most. */
  static String readLine(InputStream in, Runnable onFirstByte) throws IOException {
    StringBuilder line = new StringBuilder(80);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection was closed in the middle of an answer");
      }
      if (line.isEmpty()) {
        onFirstByte.run();
      }
      if (line.length() == MAX_LINE) {
        throw new ProtocolException("a line of more than " + MAX_LINE + " characters");
      }
      line.append((char) b);
    }
    int end = line.length();
    return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  /** Notes when a write began, so that one that never ends is noticed. */
  private final class WatchedOutput extends OutputStream {
    private static final int PIECE = 256 << 10;
    private final OutputStream socketOut;

    WatchedOutput(OutputStream socketOut) {
      this.socketOut = socketOut;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        for (int done = 0; done < length; done += PIECE) {
          writingSince = Math.max(1, System.nanoTime());
          socketOut.write(bytes, offset + done, Math.min(PIECE, length - done));
        }
      } catch (IOException e) {
        throw stalled ? new SocketTimeoutException("nothing was taken") : e;
      } finally {
        writingSince = 0;
      }
    }

    @Override
    public void flush() throws IOException {
      socketOut.flush();
    }
  }
}
