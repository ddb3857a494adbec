package dev.sealosbuild.cache;

import java.util.Optional;

/**
 * A place besides the store that results are taken from and given to, so that a machine finds what
 * another one has built.
 */
interface CacheStorage extends AutoCloseable {
  /**
   * What is kept under the key, with its blob brought into the store and verified.
   *
   * @param key digests of an instruction and of its source, parted by a slash
   */
  Optional<BuildCache.Entry> find(String key);

  /** Keeps a result that has a layer; its blob is in the store. */
  void add(String key, BuildCache.Entry entry);

  @Override
  void close();
}
