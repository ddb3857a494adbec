package dev.sealosbuild.copy;

import dev.sealosbuild.context.DownloadMemory;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps downloaded files as blobs of the store, which its garbage collector may take, and what the
 * servers said of them beside.
 */
public final class StoreDownloads implements DownloadMemory {
  private static final int BUFFER = 256 << 10;
  private static final String PREFIX = "download-";

  private final ImageStore store;

  public StoreDownloads(ImageStore store) {
    this.store = store;
  }

  @Override
  public Optional<byte[]> facts(String key) {
    return store.stat().get(PREFIX + key);
  }

  @Override
  public Optional<Path> content(Digest digest) {
    Path blob = store.blobPath(digest);
    return Files.isRegularFile(blob) ? Optional.of(blob) : Optional.empty();
  }

  @Override
  public Path keep(String key, byte[] facts, Digest digest, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        BlobWriter blob = store.newBlob()) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        blob.write(ByteBuffer.wrap(buffer, 0, count));
      }
      blob.commit(digest);
    }
    Files.delete(file);
    store.stat().put(PREFIX + key, facts);
    return store.blobPath(digest);
  }
}
