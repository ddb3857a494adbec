package dev.sealosbuild.copy;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The digest of entries with all that they bring into an image but their times. */
final class EntryDigest {
  private final InstructionKey key = new InstructionKey();

  /**
   * @param name of the entry, relative to what is copied
   * @param link its target, for a hard link relative likewise
   * @param content SHA-256 of a regular file's content; null for everything else
   */
  void add(LayerEntry entry, String name, String link, byte @Nullable [] content) {
    ByteBuffer numbers = ByteBuffer.allocate(1 + 4 + 5 * 8);
    numbers.put((byte) entry.type().flag()).putInt(entry.mode());
    numbers.putLong(entry.uid()).putLong(entry.gid()).putLong(entry.size());
    numbers.putLong(entry.device().major()).putLong(entry.device().minor());
    key.add(name).add(numbers.array()).add(link);
    for (Map.Entry<String, byte[]> xattr : new TreeMap<>(entry.xattrs()).entrySet()) {
      key.add(xattr.getKey()).add(xattr.getValue());
    }
    key.add(content == null ? new byte[0] : content);
  }

  Digest digest() {
    return key.digest();
  }
}
