package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is being written. It becomes part of the store by {@link #commit}; closed without, it
 * leaves nothing behind.
 */
public final class BlobWriter implements WritableByteChannel {
  private final ImageStore store;

  /**
   * Bytes after which the disk begins to write what it has, so that the end need not wait for it.
   */
  private static final long SYNC_EVERY = 128 << 20;

  private final Path unfinished;
  private final FileChannel channel;
  private long size;
  private long syncedSize;
  private @Nullable CompletableFuture<Void> sync;
  private boolean committed;

  BlobWriter(ImageStore store, Path unfinished) throws IOException {
    this.store = store;
    this.unfinished = unfinished;
    this.channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int count = 0;
    while (bytes.hasRemaining()) {
      count += channel.write(bytes);
    }
    size += count;
    if (size - syncedSize >= SYNC_EVERY && (sync == null || sync.isDone())) {
      syncedSize = size;
      sync = CompletableFuture.runAsync(this::syncEarly);
    }
    return count;
  }

  /** What fails here fails again, and is told, when the blob is committed. */
  private void syncEarly() {
    try {
      channel.force(false);
    } catch (IOException e) {
      // The same failure stops the commit; until then there is nothing to be done about it.
      return;
    }
  }

  /**
   * Makes the blob part of the store.
   *
   * @param digest of what was written, as the writer computed it on the way
   */
  public void commit(Digest digest) {
    try {
      Path blob = store.blobPath(digest);
      channel.force(false);
      channel.close();
      Placement.move(unfinished, blob);
      committed = true;
    } catch (IOException e) {
      throw StoreFailure.of("keeping the blob " + digest + " of " + size + " bytes", e);
    }
  }

  /** Makes the blob part of the store, or fails where it is not what it should be. */
  public void commit(Digest expected, Digest found) {
    if (!expected.equals(found)) {
      throw new BuildException(
          "content that should have the digest " + expected + " has " + found,
          "fetch it again; if it stays so, its source is damaged");
    }
    commit(found);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(unfinished);
    }
  }
}
