package dev.sealosbuild.registry;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;

/**
 * The body of an answer, as long as its framing says.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.3">RFC 9112, section 6.3</a>
 */
final class BodyInput extends InputStream {
  /** What is left of a body is read up to here to keep the connection; beyond, it is closed. */
  private static final int WORTH_READING = 64 << 10;

  private static final long UNTIL_CLOSE = -1;

  private final InputStream in;
  private final End end;
  private final boolean chunked;
  private final boolean keepAlive;
  private long left;
  private boolean firstChunk = true;
  private boolean ended;

  /** Told once, when nothing more will be read. */
  @FunctionalInterface
  interface End {
    void reached(boolean reusable);
  }

  private BodyInput(InputStream in, End end, boolean chunked, long length, boolean keepAlive) {
    this.in = in;
    this.end = end;
    this.chunked = chunked;
    this.left = length;
    this.keepAlive = keepAlive;
    if (!chunked && length == 0) {
      finish(keepAlive);
    }
  }

  static InputStream of(
      InputStream in, String method, int status, Map<String, String> headers, End end)
      throws IOException {
    boolean keepAlive =
        !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return new BodyInput(in, end, false, 0, keepAlive);
    }
    String encoding = headers.get("transfer-encoding");
    if (encoding != null) {
      if (!encoding.equalsIgnoreCase("chunked")) {
        throw new ProtocolException("a body in a transfer encoding that was not asked for");
      }
      return new BodyInput(in, end, true, 0, keepAlive);
    }
    String length = headers.get("content-length");
    return new BodyInput(
        in, end, false, length == null ? UNTIL_CLOSE : number(length, 10), keepAlive);
  }

  /** A length as an answer's head or a chunk has it. */
  static long number(String text, int radix) throws IOException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0 && text.charAt(0) != '+') {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ProtocolException("a length that is not a number");
    }
    throw new ProtocolException("a length below zero");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended && chunked && left == 0) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int want = left == UNTIL_CLOSE ? length : (int) Math.min(length, left);
    int count = in.read(bytes, offset, want);
    if (count < 0) {
      finish(false);
      if (left == UNTIL_CLOSE) {
        return -1;
      }
      throw new EOFException("the connection was closed in the middle of a body");
    }
    if (left != UNTIL_CLOSE) {
      left -= count;
      if (left == 0 && !chunked) {
        finish(keepAlive);
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    try {
      byte[] rest = new byte[8 << 10];
      int total = 0;
      while (!ended && left != UNTIL_CLOSE && left + total <= WORTH_READING) {
        int count = read(rest, 0, rest.length);
        total += Math.max(0, count);
      }
    } finally {
      finish(false);
    }
  }

  private void nextChunk() throws IOException {
    Runnable nothing = () -> {};
    if (!firstChunk && !HttpConnection.readLine(in, nothing).isEmpty()) {
      throw new ProtocolException("a chunk that is longer than it says");
    }
    firstChunk = false;
    String line = HttpConnection.readLine(in, nothing);
    int extension = line.indexOf(';');
    left = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    if (left == 0) {
      for (int i = 0; !HttpConnection.readLine(in, nothing).isEmpty(); i++) {
        if (i == 100) {
          throw new ProtocolException("a body that ends in too many trailers");
        }
      }
      finish(keepAlive);
    }
  }

  private void finish(boolean reusable) {
    if (!ended) {
      ended = true;
      end.reached(reusable);
    }
  }
}
