package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;

/**
 * How new layers are compressed.
 *
 * @param kind of compression
 * @param level gzip's from 1 to 9 or zstd's from 1 to 20; 0 for the one that is best for layers
 * @param chunked whether it is zstd:chunked, zstd with a table of contents
 */
public record LayerCompression(Compression kind, int level, boolean chunked) {
  public static final LayerCompression NONE = new LayerCompression(Compression.NONE, 0);
  public static final LayerCompression GZIP = new LayerCompression(Compression.GZIP, 0);
  public static final LayerCompression ZSTD = new LayerCompression(Compression.ZSTD, 0);
  public static final LayerCompression ZSTD_CHUNKED =
      new LayerCompression(Compression.ZSTD, 0, true);

  /** One without a table of contents. */
  public LayerCompression(Compression kind, int level) {
    this(kind, level, false);
  }

  /**
   * The same at another level.
   *
   * @throws BuildException when that is not one of its levels
   */
  public LayerCompression atLevel(int newLevel) {
    int highest =
        switch (kind) {
          case NONE -> 0;
          case GZIP -> 9;
          case ZSTD -> 20;
        };
    if (newLevel < 1 || newLevel > highest) {
      throw new BuildException(
          "the compression level " + newLevel + " is not one of " + name(),
          highest == 0
              ? "leave the level out, or compress"
              : "it takes levels from 1 to " + highest);
    }
    return new LayerCompression(kind, newLevel, chunked);
  }

  /** What a key must hold of it: layers of different names differ. */
  public String name() {
    String name = chunked ? kind.name() + "_CHUNKED" : kind.name();
    return level == 0 ? name : name + level;
  }
}
