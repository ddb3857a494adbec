package dev.sealosbuild.layer;

import com.github.luben.zstd.ZstdOutputStream;
import dev.sealosbuild.image.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Text that a layer ends with, gathered while the layer is written: compressed as it comes, and
 * when that is much, kept in a nameless temporary file. By one thread at a time.
 */
final class CompressedSpill implements AutoCloseable {
  private static final int IN_MEMORY = 1 << 20;

  /** Takes bytes. */
  interface Sink {
    void write(byte[] bytes, int length) throws IOException;
  }

  private final MessageDigest digest = Digest.newSha256();
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private final ZstdOutputStream zstd;
  private @Nullable FileChannel file;
  private long size;
  private long textSize;

  CompressedSpill(int level) throws IOException {
    zstd = new ZstdOutputStream(new Kept(), level);
  }

  void write(byte[] text) throws IOException {
    zstd.write(text);
    textSize += text.length;
  }

  /** Ends the text. */
  void end() throws IOException {
    zstd.close();
  }

  /** How many bytes of text there are. */
  long textSize() {
    return textSize;
  }

  /** How many bytes it is compressed to; once it has ended. */
  long size() {
    return size;
  }

  /** The digest of the compressed bytes; asked for once. */
  Digest digest() {
    return Digest.of(digest);
  }

  /** Gives the compressed bytes in their order. */
  void writeTo(Sink sink) throws IOException {
    FileChannel from = file;
    if (from != null) {
      ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
      for (long at = 0; from.read(buffer, at) > 0; buffer.clear()) {
        at += buffer.position();
        sink.write(buffer.array(), buffer.position());
      }
    }
    sink.write(memory.toByteArray(), memory.size());
  }

  @Override
  public void close() throws IOException {
    try {
      zstd.close();
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  private void spill() throws IOException {
    FileChannel to = file;
    if (to == null) {
      Path path = Files.createTempFile("layer-", ".toc");
      to = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      file = to;
      // The open file goes on without its name, and leaves nothing behind when it is closed.
      Files.delete(path);
    }
    for (ByteBuffer bytes = ByteBuffer.wrap(memory.toByteArray()); bytes.hasRemaining(); ) {
      to.write(bytes);
    }
    memory.reset();
  }

  /** Where the compressed bytes come out. */
  private final class Kept extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      digest.update(bytes, offset, length);
      size += length;
      memory.write(bytes, offset, length);
      if (memory.size() >= IN_MEMORY) {
        spill();
      }
    }
  }
}
