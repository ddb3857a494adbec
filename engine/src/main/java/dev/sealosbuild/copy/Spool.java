package dev.sealosbuild.copy;

import dev.sealosbuild.layer.Content;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Contents that can be had only in the order of an archive, kept in one temporary file until a
 * layer wants them in its own. Made by one thread, then read by many.
 */
final class Spool implements AutoCloseable {
  private static final int BUFFER = 128 << 10;

  private final TemporaryFolder folder;
  private final byte[] buffer = new byte[BUFFER];
  private @Nullable FileChannel file;
  private long end;

  Spool(TemporaryFolder folder) {
    this.folder = folder;
  }

  /**
   * Takes a content.
   *
   * @param size its length in bytes
   * @param digest gets its bytes too
   * @return where it begins
   */
  long add(InputStream content, long size, MessageDigest digest) throws IOException {
    long begin = end;
    FileChannel out = file();
    for (long rest = size; rest > 0; ) {
      int count = content.read(buffer, 0, (int) Math.min(buffer.length, rest));
      if (count < 0) {
        throw new IOException("it ends early");
      }
      digest.update(buffer, 0, count);
      for (ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count); bytes.hasRemaining(); ) {
        end += out.write(bytes, end);
      }
      rest -= count;
    }
    return begin;
  }

  /** A content that was taken before. */
  Content content(long begin, long size) {
    return () -> new Part(file(), begin, begin + size);
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw StoreFailure.of("closing a temporary file", e);
    }
  }

  private FileChannel file() throws IOException {
    FileChannel open = file;
    if (open == null) {
      Path path = folder.newPath();
      open =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      // The open file goes on without its name, and leaves nothing behind when it is closed.
      Files.delete(path);
      file = open;
    }
    return open;
  }

  /** A part of the file; closing it leaves the file open. */
  private static final class Part implements ReadableByteChannel {
    private final FileChannel file;
    private long at;
    private final long end;

    Part(FileChannel file, long at, long end) {
      this.file = file;
      this.at = at;
      this.end = end;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      if (at >= end) {
        return -1;
      }
      int limit = target.limit();
      target.limit((int) Math.min(limit, target.position() + (end - at)));
      int count = file.read(target, at);
      target.limit(limit);
      at += Math.max(0, count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() {}
  }
}
