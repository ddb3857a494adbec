package dev.sealosbuild.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a blob's bytes are to be had, again and again. */
@FunctionalInterface
public interface BlobSource {

  /** The blob from its first byte; closed by the one who opened it. */
  InputStream open() throws IOException;

  /** A file that holds the blob. */
  static BlobSource of(Path file) {
    return () -> Files.newInputStream(file);
  }

  /** A blob that is in memory already. */
  static BlobSource of(byte[] bytes) {
    return () -> new ByteArrayInputStream(bytes);
  }
}
