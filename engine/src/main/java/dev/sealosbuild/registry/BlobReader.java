package dev.sealosbuild.registry;

import java.io.IOException;
import java.io.InputStream;

/** Takes a blob's bytes in. */
@FunctionalInterface
public interface BlobReader<T> {

  /**
   * Reads the blob to its end, from the beginning: called again where what was read turns out to be
   * wrong at its end, and there is another place to have it from.
   *
   * @param blob closed by the one who calls this
   */
  T read(InputStream blob) throws IOException;
}
