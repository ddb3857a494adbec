package dev.sealosbuild.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A body whose length is not known yet, in chunks of 128 KiB; each is one write to the socket. To
 * be ended by {@link #end()}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, section 7.1</a>
 */
final class ChunkedOutput extends OutputStream {
  private static final int CHUNK = 128 << 10;

  /** Eight hexadecimal digits and a line's end. */
  private static final int HEAD = 10;

  private final OutputStream out;
  private final byte[] frame = new byte[HEAD + CHUNK + 2];
  private int filled;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int done = 0;
    while (done < length) {
      int part = Math.min(CHUNK - filled, length - done);
      System.arraycopy(bytes, offset + done, frame, HEAD + filled, part);
      filled += part;
      done += part;
      if (filled == CHUNK) {
        writeChunk();
      }
    }
  }

  /** Writes what is left, and the chunk of no bytes that ends the body. */
  void end() throws IOException {
    if (filled > 0) {
      writeChunk();
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private void writeChunk() throws IOException {
    for (int i = 0; i < 8; i++) {
      frame[i] = (byte) Character.forDigit((filled >>> (28 - 4 * i)) & 15, 16);
    }
    frame[8] = '\r';
    frame[9] = '\n';
    frame[HEAD + filled] = '\r';
    frame[HEAD + filled + 1] = '\n';
    out.write(frame, 0, HEAD + filled + 2);
    filled = 0;
  }
}
