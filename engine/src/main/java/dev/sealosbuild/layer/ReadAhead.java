package dev.sealosbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose bytes a thread of its own gets ready, so that they are decompressed beside what is
 * done with them. What is short enough is read by its user, without any thread. For one user at a
 * time; it takes at most a megabyte and a half.
 */
final class ReadAhead extends InputStream {
  private static final int CHUNK = 256 << 10;
  private static final int CHUNKS = 4;

  private final InputStream source;
  private final String name;
  private final BlockingQueue<Chunk> ready = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS + 1);
  private @Nullable Chunk current;
  private @Nullable Thread thread;
  private int at;
  private boolean ended;

  /** Bytes that follow one another, or why there are no more. */
  private static final class Chunk {
    final byte[] bytes = new byte[CHUNK];
    int length;
    boolean last;
    @Nullable Throwable failure;
  }

  /**
   * @param source closed with this stream; reading it must come to an end
   * @param name of the thread
   */
  ReadAhead(InputStream source, String name) {
    this.source = source;
    this.name = name;
  }

  @Override
  public int read() throws IOException {
    Chunk chunk = chunk();
    return chunk == null ? -1 : chunk.bytes[at++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    Chunk chunk = chunk();
    if (chunk == null) {
      return -1;
    }
    int part = Math.min(count, chunk.length - at);
    System.arraycopy(chunk.bytes, at, into, offset, part);
    at += part;
    return part;
  }

  @Override
  public long skip(long count) throws IOException {
    Chunk chunk = count <= 0 ? null : chunk();
    if (chunk == null) {
      return 0;
    }
    int part = (int) Math.min(count, chunk.length - at);
    at += part;
    return part;
  }

  @Override
  public int available() {
    return current == null ? 0 : current.length - at;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    current = null;
    Waiting.stop(thread);
    Waiting.await(thread);
    source.close();
  }

  /** The chunk that the next byte is in; null at the end. */
  private @Nullable Chunk chunk() throws IOException {
    if (current == null && !ended) {
      current = filled(new Chunk());
    }
    while (!ended && current != null && at == current.length) {
      checkFailure(current);
      if (current.last) {
        ended = true;
      } else {
        current = following(current);
        at = 0;
      }
    }
    return ended ? null : current;
  }

  private Chunk following(Chunk read) throws IOException {
    if (thread == null) {
      for (int i = 0; i < CHUNKS; i++) {
        free.add(new Chunk());
      }
      thread = new Thread(this::readOn, name);
      thread.setDaemon(true);
      thread.start();
    }
    free.add(read);
    return Waiting.take(ready);
  }

  private static void checkFailure(Chunk chunk) throws IOException {
    if (chunk.failure instanceof IOException e) {
      throw e;
    }
    if (chunk.failure instanceof RuntimeException e) {
      throw e;
    }
    if (chunk.failure != null) {
      throw new IllegalStateException("reading ahead failed", chunk.failure);
    }
  }

  private void readOn() {
    try {
      Chunk chunk;
      do {
        chunk = filled(free.take());
        ready.put(chunk);
      } while (!chunk.last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody wants more
    }
  }

  private Chunk filled(Chunk chunk) {
    chunk.length = 0;
    try {
      while (chunk.length < CHUNK && !chunk.last) {
        int count = source.read(chunk.bytes, chunk.length, CHUNK - chunk.length);
        chunk.last = count < 0;
        chunk.length += Math.max(0, count);
      }
    } catch (IOException | RuntimeException | Error e) {
      chunk.failure = e;
      chunk.last = true;
    }
    return chunk;
  }
}
