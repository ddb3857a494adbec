package dev.sealosbuild.layer;

import java.util.Arrays;

/**
 * Paths of an archive, to find out whether one is there twice. Of each it keeps 64 bits, so that a
 * million take little; two paths that share them are taken for one.
 */
final class NameSet {
  private long[] slots = new long[1024];
  private int count;

  /** Adds a path; false where it is there already, or would lead out of the archive. */
  boolean add(String name) {
    String path = TreePaths.normalize(name);
    if (("/" + name + "/").contains("/../")) {
      return false;
    }
    if (2 * ++count > slots.length) {
      long[] old = slots;
      slots = new long[2 * old.length];
      Arrays.stream(old).filter(hash -> hash != 0).forEach(this::put);
    }
    return put(hash(path));
  }

  private boolean put(long hash) {
    int at = (int) (hash >>> 32) & (slots.length - 1);
    while (slots[at] != 0) {
      if (slots[at] == hash) {
        return false;
      }
      at = (at + 1) & (slots.length - 1);
    }
    slots[at] = hash;
    return true;
  }

  /** Never zero, which is an empty slot. */
  private static long hash(String path) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < path.length(); i++) {
      hash = (hash ^ path.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash | 1;
  }
}
