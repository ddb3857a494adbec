package dev.sealosbuild.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * Zstandard, one frame a block; frames put one after the other are one stream.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>
 */
final class ZstdCodec implements BlockCodec {
  private static final int BEST_LEVEL = 3;

  private final int level;

  ZstdCodec(int level) {
    this.level = level(level);
  }

  /** The level that is meant; 0 is the best one for layers. */
  static int level(int level) {
    return level == 0 ? BEST_LEVEL : level;
  }

  @Override
  public void pack(Chunk chunk) {
    long length =
        Zstd.compressByteArray(
            chunk.packed, 0, chunk.packed.length, chunk.data, 0, chunk.length, level);
    if (Zstd.isError(length)) {
      throw new ZstdException(length);
    }
    chunk.packedLength = (int) length;
  }
}
