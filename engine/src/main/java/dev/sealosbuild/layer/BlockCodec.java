package dev.sealosbuild.layer;

/**
 * Compresses a layer block by block, each by itself, so that blocks can be compressed in parallel
 * and the result depends on nothing but the bytes. Safe for use by many threads.
 */
interface BlockCodec extends AutoCloseable {

  static BlockCodec of(LayerCompression compression) {
    return switch (compression.kind()) {
      case NONE -> new StoredCodec();
      case GZIP -> new GzipCodec(compression.level());
      case ZSTD ->
          compression.chunked()
              ? new ZstdFramesCodec(compression.level())
              : new ZstdCodec(compression.level());
    };
  }

  /** What the blob begins with. */
  default byte[] header() {
    return new byte[0];
  }

  /** How many bytes a chunk may be packed to. */
  default int packedSize() {
    return Chunk.PACKED_SIZE;
  }

  /** Compresses the chunk's data into its packed bytes. */
  void pack(Chunk chunk);

  /**
   * What the blob ends with.
   *
   * @param crc32 of all data
   * @param size of all data in bytes
   */
  default byte[] trailer(long crc32, long size) {
    return new byte[0];
  }

  /** Whether {@link #trailer} wants the checksum. */
  default boolean wantsCrc32() {
    return false;
  }

  /** Whether the blob is the archive itself, so that one digest is both. */
  default boolean isIdentity() {
    return false;
  }

  @Override
  default void close() {}

  /** No compression. */
  final class StoredCodec implements BlockCodec {
    @Override
    public void pack(Chunk chunk) {
      System.arraycopy(chunk.data, 0, chunk.packed, 0, chunk.length);
      chunk.packedLength = chunk.length;
    }

    @Override
    public boolean isIdentity() {
      return true;
    }
  }
}
