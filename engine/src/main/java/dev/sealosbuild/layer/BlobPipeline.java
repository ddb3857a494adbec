package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The way of the bytes: in at one end as an archive, out at the other as a blob, with both digests.
 *
 * <p>Each chunk is hashed by one thread, compressed by any of the workers, hashed again by a second
 * thread and written by a third; all at the same time, over a fixed number of chunks. What fits in
 * one chunk never leaves the caller's thread.
 */
final class BlobPipeline implements AutoCloseable {
  private static final int CHUNKS =
      16 + 8 * Math.min(8, Runtime.getRuntime().availableProcessors());

  private final BlockCodec codec;
  private final LayerCompression compression;
  private final WritableByteChannel blob;
  private final Executor workers;
  private final @Nullable ChunkedContents contents;

  private final MessageDigest diffDigest = Digest.newSha256();
  private final CRC32 crc32 = new CRC32();
  private final MessageDigest blobDigest = Digest.newSha256();
  private long diffSize;
  private long blobSize;

  private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<Chunk> toHash = new ArrayBlockingQueue<>(CHUNKS + 1);
  private final BlockingQueue<Chunk> toDigest = new ArrayBlockingQueue<>(CHUNKS + 1);
  private final BlockingQueue<Chunk> toWrite = new ArrayBlockingQueue<>(CHUNKS + 1);
  private int chunks = 1;
  private Chunk current;
  private static final Chunk END = new Chunk(0);

  private @Nullable Thread hasher;
  private @Nullable Thread digester;
  private @Nullable Thread writer;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  BlobPipeline(LayerCompression compression, WritableByteChannel blob, Executor workers)
      throws IOException {
    this.compression = compression;
    this.codec = BlockCodec.of(compression);
    this.blob = blob;
    this.workers = workers;
    this.current = new Chunk(codec.packedSize());
    this.contents = compression.chunked() ? new ChunkedContents(compression.level()) : null;
  }

  /** Takes bytes of the archive. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      Chunk chunk = chunkWithSpace();
      int count = Math.min(chunk.space(), length - done);
      System.arraycopy(bytes, offset + done, chunk.data, chunk.length, count);
      chunk.length += count;
      done += count;
    }
  }

  /**
   * Takes bytes of the archive from a channel.
   *
   * @param digest updated with them; null where not wanted
   * @return how many there were; fewer than asked for where the channel ended
   */
  long transfer(ReadableByteChannel from, long length, @Nullable MessageDigest digest)
      throws IOException {
    long done = 0;
    while (done < length) {
      Chunk chunk = chunkWithSpace();
      int count = (int) Math.min(chunk.space(), length - done);
      int read = from.read(ByteBuffer.wrap(chunk.data, chunk.length, count));
      if (read < 0) {
        break;
      }
      if (digest != null) {
        digest.update(chunk.data, chunk.length, read);
      }
      chunk.length += read;
      done += read;
    }
    return done;
  }

  /** Ends the archive and the blob. */
  WrittenLayer finish() throws IOException {
    if (hasher == null) {
      digest(codec.header());
      write(codec.header());
      if (current.length > 0) {
        scan(current);
        hash(current);
        codec.pack(current);
        digest(current);
        write(current);
      }
    } else {
      if (current.length > 0) {
        submit(current);
      }
      Waiting.put(toHash, END);
      if (digester != null) {
        Waiting.put(toDigest, END);
      }
      Waiting.put(toWrite, END);
      Waiting.join(hasher);
      Waiting.join(digester);
      Waiting.join(writer);
      checkFailure();
    }
    byte[] trailer = codec.trailer(crc32.getValue(), diffSize);
    digest(trailer);
    write(trailer);
    Map<String, String> annotations = contents == null ? Map.of() : contents.finish(this::append);
    Digest diffId = Digest.of(diffDigest);
    return new WrittenLayer(
        diffId,
        codec.isIdentity() ? diffId : Digest.of(blobDigest),
        codec.isIdentity() ? diffSize : blobSize,
        compression.kind(),
        annotations,
        contents == null ? null : contents.unclear());
  }

  /**
   * Lets go of threads and memory; a blob that was not finished is left as far as it got, and not
   * written to any more.
   */
  @Override
  public void close() {
    closed = true;
    Waiting.stop(hasher);
    Waiting.stop(digester);
    Waiting.stop(writer);
    Waiting.await(hasher);
    Waiting.await(digester);
    Waiting.await(writer);
    codec.close();
    if (contents != null) {
      contents.close();
    }
  }

  private Chunk chunkWithSpace() throws IOException {
    if (current.space() > 0) {
      return current;
    }
    startThreads();
    Chunk full = current;
    current = freeChunk();
    current.follow(full);
    submit(full);
    return current;
  }

  private Chunk freeChunk() throws IOException {
    Chunk chunk = free.poll();
    if (chunk == null && chunks < CHUNKS) {
      chunks++;
      return new Chunk(codec.packedSize());
    }
    return chunk != null ? chunk : Waiting.take(free);
  }

  private void submit(Chunk chunk) throws IOException {
    checkFailure();
    scan(chunk);
    Waiting.put(toHash, chunk);
    if (digester != null) {
      Waiting.put(toDigest, chunk);
    } else {
      chunk.hashed();
    }
    Waiting.put(toWrite, chunk);
    workers.execute(
        () -> {
          try {
            codec.pack(chunk);
          } catch (Throwable e) {
            fail(e);
          } finally {
            chunk.packed();
          }
        });
  }

  private void scan(Chunk chunk) throws IOException {
    if (contents != null) {
      contents.scan(chunk);
    }
  }

  private void startThreads() {
    if (hasher == null) {
      hasher = start("layer-hash", this::hashAll);
      digester = codec.isIdentity() ? null : start("layer-digest", this::digestAll);
      writer = start("layer-write", this::writeAll);
    }
  }

  private Thread start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Throwable e) {
                fail(e);
                if (!closed) {
                  drain();
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void hashAll() throws InterruptedException {
    for (Chunk chunk = toHash.take(); chunk != END; chunk = toHash.take()) {
      try {
        hash(chunk);
      } catch (RuntimeException | Error e) {
        fail(e);
      } finally {
        chunk.hashed();
      }
    }
  }

  private void digestAll() throws InterruptedException {
    digest(codec.header());
    for (Chunk chunk = toDigest.take(); chunk != END; chunk = toDigest.take()) {
      chunk.awaitPacked();
      try {
        digest(chunk);
      } catch (RuntimeException | Error e) {
        fail(e);
      } finally {
        chunk.hashed();
      }
    }
  }

  private void writeAll() throws IOException, InterruptedException {
    write(codec.header());
    for (Chunk chunk = toWrite.take(); chunk != END; chunk = toWrite.take()) {
      chunk.awaitPacked();
      if (failure == null) {
        write(chunk);
      }
      chunk.awaitHashed();
      free.put(chunk);
    }
  }

  /** After a failure of the writer: lets the producer run on until it asks for the failure. */
  private void drain() {
    try {
      for (Chunk chunk = toWrite.take(); chunk != END; chunk = toWrite.take()) {
        free.put(chunk);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hash(Chunk chunk) {
    diffDigest.update(chunk.data, 0, chunk.length);
    if (codec.wantsCrc32()) {
      crc32.update(chunk.data, 0, chunk.length);
    }
    diffSize += chunk.length;
  }

  private void digest(Chunk chunk) {
    blobDigest.update(chunk.packed, 0, chunk.packedLength);
    blobSize += chunk.packedLength;
  }

  private void digest(byte[] bytes) {
    blobDigest.update(bytes);
    blobSize += bytes.length;
  }

  private void write(Chunk chunk) throws IOException {
    write(ByteBuffer.wrap(chunk.packed, 0, chunk.packedLength));
    if (contents != null) {
      contents.placed(chunk);
    }
  }

  private void append(byte[] bytes, int length) throws IOException {
    blobDigest.update(bytes, 0, length);
    blobSize += length;
    write(ByteBuffer.wrap(bytes, 0, length));
  }

  private void write(byte[] bytes) throws IOException {
    write(ByteBuffer.wrap(bytes));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      blob.write(bytes);
    }
  }

  /** The first failure counts: what comes after it may come of it. */
  private synchronized void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
  }

  private void checkFailure() throws IOException {
    Throwable cause = failure;
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause instanceof UncheckedIOException e) {
      throw e.getCause();
    }
    if (cause instanceof BuildException e) {
      throw e;
    }
    if (cause != null) {
      throw new IllegalStateException("writing a layer failed", cause);
    }
  }
}
