package dev.sealosbuild.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;

/**
 * Gzip, one member, whose blocks are compressed independently of each other but may refer to the 32
 * KiB before them. Each block ends on a byte by an empty stored block (zlib's sync flush), so that
 * the results can be put one after the other.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a> and <a
 *     href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951</a>
 */
final class GzipCodec implements BlockCodec {
  private static final int BEST_LEVEL = 2;
  private static final int MAX_STORED = 65_535;

  /** No time, no name, system unknown: nothing that differs between machines. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** An empty final block with fixed codes. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private final Queue<Deflater> idle = new ConcurrentLinkedQueue<>();
  private final int level;

  GzipCodec(int level) {
    this.level = level == 0 ? BEST_LEVEL : level;
  }

  @Override
  public byte[] header() {
    return HEADER;
  }

  @Override
  public void pack(Chunk chunk) {
    if (Incompressible.looksSo(chunk.data, chunk.length) || !deflate(chunk)) {
      store(chunk);
    }
  }

  @Override
  public byte[] trailer(long crc32, long size) {
    return ByteBuffer.allocate(LAST_BLOCK.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(LAST_BLOCK)
        .putInt((int) crc32)
        .putInt((int) size)
        .array();
  }

  @Override
  public boolean wantsCrc32() {
    return true;
  }

  @Override
  public void close() {
    for (Deflater deflater = idle.poll(); deflater != null; deflater = idle.poll()) {
      deflater.end();
    }
  }

  /** Deflates the chunk; false where that would not make it smaller. */
  private boolean deflate(Chunk chunk) {
    Deflater deflater = idle.poll();
    if (deflater == null) {
      deflater = new Deflater(level, true);
    }
    deflater.reset();
    if (chunk.windowLength > 0) {
      deflater.setDictionary(chunk.window, 0, chunk.windowLength);
    }
    deflater.setInput(chunk.data, 0, chunk.length);
    int limit = chunk.length;
    int done = 0;
    while (done < limit) {
      int count = deflater.deflate(chunk.packed, done, limit - done, Deflater.SYNC_FLUSH);
      done += count;
      if (count == 0 || (deflater.needsInput() && done < limit)) {
        break;
      }
    }
    boolean fits = done < limit;
    chunk.packedLength = done;
    idle.add(deflater);
    return fits;
  }

  private static void store(Chunk chunk) {
    int out = 0;
    for (int in = 0; in < chunk.length; in += MAX_STORED) {
      int length = Math.min(MAX_STORED, chunk.length - in);
      chunk.packed[out] = 0;
      chunk.packed[out + 1] = (byte) length;
      chunk.packed[out + 2] = (byte) (length >> 8);
      chunk.packed[out + 3] = (byte) ~length;
      chunk.packed[out + 4] = (byte) (~length >> 8);
      System.arraycopy(chunk.data, in, chunk.packed, out + 5, length);
      out += 5 + length;
    }
    chunk.packedLength = out;
  }
}
