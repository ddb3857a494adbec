package dev.sealosbuild.layer;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** The content of a regular file, read at most once while a layer is written. */
public interface Content {

  /** Opens the content; it must have at least as many bytes as its entry says. */
  ReadableByteChannel open() throws IOException;

  /** Whether {@link #digested} wants the digest; computing one costs a third of reading. */
  default boolean wantsDigest() {
    return false;
  }

  /** Gets the SHA-256 of what was read, before the layer is finished; called by any thread. */
  default void digested(byte[] sha256) {}
}
