package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Writes a layer: entries in, one compressed blob out. Nothing is ever whole in memory, every byte
 * is read once, and the same entries give the same bytes on any number of processors.
 *
 * <p>Small files are read ahead by the workers, many at a time; large ones go straight from the
 * file into the pipeline. The caller sees to the order of the entries: a directory before what is
 * in it, a hard link after what it links to.
 */
public final class LayerWriter implements AutoCloseable {
  static final int SMALL_FILE = 64 << 10;
  private static final int BATCH_BYTES = 128 << 10;
  private static final int BATCH_ENTRIES = 64;
  private static final int BATCHES = 2 + 2 * Runtime.getRuntime().availableProcessors();
  private static final byte[] ZEROS = new byte[2 * TarHeader.BLOCK];

  private final BlobPipeline pipeline;
  private final Executor workers;
  private final Deque<CompletableFuture<Frames>> reading = new ArrayDeque<>();
  private List<Item> batch = new ArrayList<>();
  private long batchBytes;

  private record Item(LayerEntry entry, Content content) {}

  /**
   * @param compression of the blob
   * @param blob gets the blob's bytes in order, from one thread at a time; not closed here
   * @param workers that read and compress; tasks never wait for one another
   */
  public LayerWriter(Compression compression, WritableByteChannel blob, Executor workers)
      throws IOException {
    this(new LayerCompression(compression, 0), blob, workers);
  }

  /** As {@link #LayerWriter(Compression, WritableByteChannel, Executor)}, at some level. */
  public LayerWriter(LayerCompression compression, WritableByteChannel blob, Executor workers)
      throws IOException {
    this.pipeline = new BlobPipeline(compression, blob, workers);
    this.workers = workers;
  }

  /**
   * Makes a blob of a layer that is an archive already, whose bytes are kept as they are.
   *
   * @param archive read to its end, not closed
   * @param blob gets the blob's bytes in order, from one thread at a time; not closed
   * @param workers that compress; tasks never wait for one another
   */
  public static WrittenLayer copy(
      InputStream archive, LayerCompression compression, WritableByteChannel blob, Executor workers)
      throws IOException {
    try (BlobPipeline pipeline = new BlobPipeline(compression, blob, workers)) {
      byte[] buffer = new byte[Chunk.SIZE];
      for (int count = archive.read(buffer); count >= 0; count = archive.read(buffer)) {
        pipeline.write(buffer, 0, count);
      }
      return pipeline.finish();
    }
  }

  /** Adds an entry that has no content of its own. */
  public void add(LayerEntry entry) throws IOException {
    add(entry, NO_CONTENT);
  }

  /**
   * Adds an entry with its content, of which as many bytes are taken as the entry says.
   *
   * @throws BuildException when the content ends early, or an earlier one did
   */
  public void add(LayerEntry entry, Content content) throws IOException {
    if (entry.size() > SMALL_FILE) {
      submitBatch();
      writeBatches(0);
      writeLarge(entry, content);
      return;
    }
    batch.add(new Item(entry, content));
    batchBytes += TarHeader.BLOCK + entry.size();
    if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_ENTRIES) {
      submitBatch();
      writeBatches(BATCHES);
    }
  }

  /** Ends the layer. */
  public WrittenLayer finish() throws IOException {
    if (reading.isEmpty()) {
      // A small layer: not worth another thread.
      write(read(batch));
    } else {
      submitBatch();
      writeBatches(0);
    }
    pipeline.write(ZEROS, 0, ZEROS.length);
    return pipeline.finish();
  }

  /** Lets go of threads and memory; a layer that was not finished is not one. */
  @Override
  public void close() {
    reading.forEach(future -> future.cancel(true));
    pipeline.close();
  }

  private void submitBatch() {
    if (!batch.isEmpty()) {
      List<Item> items = batch;
      reading.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return read(items);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              workers));
      batch = new ArrayList<>();
      batchBytes = 0;
    }
  }

  private void writeBatches(int leave) throws IOException {
    while (reading.size() > leave) {
      write(await(reading.remove()));
    }
  }

  private void write(Frames frames) throws IOException {
    pipeline.write(frames.bytes(), 0, frames.length());
  }

  private void writeLarge(LayerEntry entry, Content content) throws IOException {
    byte[] header = TarHeader.encode(entry);
    pipeline.write(header, 0, header.length);
    MessageDigest digest = content.wantsDigest() ? Digest.newSha256() : null;
    try (ReadableByteChannel channel = content.open()) {
      if (pipeline.transfer(channel, entry.size(), digest) < entry.size()) {
        throw shrank(entry);
      }
    }
    if (digest != null) {
      content.digested(digest.digest());
    }
    pipeline.write(ZEROS, 0, TarHeader.padding(entry.size()));
  }

  private static Frames read(List<Item> items) throws IOException {
    Frames frames = new Frames();
    MessageDigest digest = Digest.newSha256();
    for (Item item : items) {
      frames.writeBytes(TarHeader.encode(item.entry()));
      if (item.entry().isFile()) {
        frames.read(item, digest);
      }
    }
    return frames;
  }

  private static Frames await(CompletableFuture<Frames> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading files");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof java.io.UncheckedIOException io) {
        throw io.getCause();
      }
      if (e.getCause() instanceof BuildException failure) {
        throw failure;
      }
      throw new IllegalStateException("reading files failed", e.getCause());
    }
  }

  private static BuildException shrank(LayerEntry entry) {
    return new BuildException(
        "/" + entry.path() + " became shorter than " + entry.size() + " bytes while it was read",
        "build again when nothing writes to it");
  }

  private static final Content NO_CONTENT =
      () -> {
        throw new IllegalStateException("an entry without content was opened");
      };

  /** Headers and contents of some entries, one after the other as they stand in the archive. */
  private static final class Frames extends ByteArrayOutputStream {
    Frames() {
      super(BATCH_BYTES + SMALL_FILE);
    }

    byte[] bytes() {
      return buf;
    }

    int length() {
      return count;
    }

    void read(Item item, MessageDigest digest) throws IOException {
      int size = (int) item.entry().size();
      int start = count;
      ensureSpace(size + TarHeader.BLOCK);
      if (size > 0) {
        try (ReadableByteChannel channel = item.content().open()) {
          ByteBuffer buffer = ByteBuffer.wrap(buf, count, size);
          while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
              throw shrank(item.entry());
            }
          }
        }
        count += size;
      }
      if (item.content().wantsDigest()) {
        digest.update(buf, start, size);
        item.content().digested(digest.digest());
      }
      write(ZEROS, 0, TarHeader.padding(size));
    }

    private void ensureSpace(int more) {
      if (buf.length - count < more) {
        buf = java.util.Arrays.copyOf(buf, Math.max(2 * buf.length, count + more));
      }
    }
  }
}
