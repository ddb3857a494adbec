package dev.sealosbuild.context;

import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where downloaded files are kept between builds, with what the server said of them, so that it is
 * asked only whether they have changed.
 */
public interface DownloadMemory {
  /** Keeps nothing. */
  DownloadMemory NONE =
      new DownloadMemory() {
        @Override
        public Optional<byte[]> facts(String key) {
          return Optional.empty();
        }

        @Override
        public Optional<Path> content(Digest digest) {
          return Optional.empty();
        }

        @Override
        public Path keep(String key, byte[] facts, Digest digest, Path file) {
          return file;
        }
      };

  /** What was kept last under the key of hexadecimal digits. */
  Optional<byte[]> facts(String key);

  /** The kept content of this digest; empty where it is there no more, or is not whole. */
  Optional<Path> content(Digest digest);

  /**
   * Keeps a content, and what is known of it.
   *
   * @param digest of the content, SHA-256
   * @param file that may be moved away
   * @return where the content is now
   */
  Path keep(String key, byte[] facts, Digest digest, Path file) throws IOException;
}
