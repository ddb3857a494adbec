package dev.sealosbuild.context;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of the files below a path: for each file the facts that vouch for its content, and
 * the content's digest where it is known.
 *
 * <p>The facts are size, mode, both times, inode and, for a link, its target; the owner too where
 * it counts and is not root. They stand one after the other as bytes, so that finding nothing
 * changed is one comparison of two arrays.
 */
final class StatRecord {
  static final int DIGEST_BYTES = 32;

  private static final int MAGIC = 0x53425334;
  private static final int HEADER = 4 + 1 + DIGEST_BYTES + 4 + 4;
  private static final byte[] UNKNOWN = new byte[DIGEST_BYTES];

  private final byte[] facts;
  private final byte[] treeDigest;
  private final byte[] contents;
  private final Map<Integer, Map<String, byte[]>> attributes;
  private final boolean provisional;

  /**
   * @param facts as {@link #facts} gives them
   * @param treeDigest of the whole tree; zeros where it is not known
   * @param contents digests of the regular files in their order; zeros where one is not known
   * @param attributes extended ones, of those regular files that have any, by their number
   * @param provisional whether the tree's digest is not one of contents
   */
  StatRecord(
      byte[] facts,
      byte[] treeDigest,
      byte[] contents,
      Map<Integer, Map<String, byte[]>> attributes,
      boolean provisional) {
    this.facts = facts;
    this.treeDigest = treeDigest;
    this.contents = contents;
    this.attributes = attributes;
    this.provisional = provisional;
  }

  /** The facts of the files, in their order. */
  static byte[] facts(List<FileStat> files) {
    ByteBuffer out = ByteBuffer.allocate(64 + 128 * files.size());
    for (FileStat file : files) {
      byte[] path = file.entry().path().getBytes(StandardCharsets.UTF_8);
      byte[] link = file.entry().link().getBytes(StandardCharsets.UTF_8);
      boolean owned = file.entry().uid() != 0 || file.entry().gid() != 0;
      int length = 2 + path.length + 1 + 2 + 5 * 8 + 2 + link.length + (owned ? 2 * 8 : 0);
      if (out.remaining() < 4 + length) {
        out = ByteBuffer.allocate(2 * (out.capacity() + length)).put(out.flip());
      }
      out.putInt(length);
      out.putShort((short) path.length).put(path);
      out.put((byte) file.entry().type().flag());
      out.putShort((short) file.entry().mode());
      out.putLong(file.entry().size()).putLong(file.mtime()).putLong(file.ctime());
      out.putLong(file.device()).putLong(file.inode());
      out.putShort((short) link.length).put(link);
      if (owned) {
        out.putLong(file.entry().uid()).putLong(file.entry().gid());
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  /** The record as it is kept, with a checksum. */
  byte[] toBytes() {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(HEADER + facts.length + contents.length + 8);
    out.writeBytes(ByteBuffer.allocate(4).putInt(MAGIC).array());
    out.write(provisional ? 1 : 0);
    out.writeBytes(treeDigest);
    out.writeBytes(ByteBuffer.allocate(4).putInt(facts.length).array());
    out.writeBytes(ByteBuffer.allocate(4).putInt(contents.length).array());
    out.writeBytes(facts);
    out.writeBytes(contents);
    StoredAttributes.write(attributes, out);
    CRC32 checksum = new CRC32();
    checksum.update(out.toByteArray());
    out.writeBytes(ByteBuffer.allocate(8).putLong(checksum.getValue()).array());
    return out.toByteArray();
  }

  /** The record that was kept; null where the bytes are not whole or of another version. */
  static @Nullable StatRecord ofBytes(byte[] bytes) {
    if (bytes.length < HEADER + 8) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, bytes.length - 8);
    if (in.getInt() != MAGIC || in.getLong(bytes.length - 8) != checksum.getValue()) {
      return null;
    }
    boolean provisional = in.get() != 0;
    byte[] treeDigest = new byte[DIGEST_BYTES];
    in.get(treeDigest);
    int length = in.getInt();
    int contentsLength = in.getInt();
    if (length < 0 || contentsLength < 0 || (long) length + contentsLength > in.remaining() - 8) {
      return null;
    }
    byte[] facts = new byte[length];
    in.get(facts);
    byte[] contents = new byte[contentsLength];
    in.get(contents);
    in.limit(in.limit() - 8);
    return new StatRecord(facts, treeDigest, contents, StoredAttributes.read(in), provisional);
  }

  /** Whether the tree's digest stands for what was seen of the files, not for their contents. */
  boolean isProvisional() {
    return provisional;
  }

  /** The digest of the whole tree where these are its facts, and it was known; else null. */
  byte @Nullable [] treeDigest(byte[] currentFacts) {
    return Arrays.equals(facts, currentFacts) && isKnown(treeDigest, 0) ? treeDigest : null;
  }

  /**
   * Fills in the digests of the contents whose facts are the same as they were, and the attributes
   * of those files.
   *
   * @param currentFacts of the files as they are now
   * @param currentContents of the regular files as they are now; zeros are filled in
   * @param currentAttributes likewise, by the files' numbers
   */
  void recall(
      byte[] currentFacts,
      byte[] currentContents,
      Map<Integer, Map<String, byte[]>> currentAttributes) {
    Map<ByteBuffer, Integer> known = new HashMap<>();
    visitFiles(facts, (slice, index) -> known.put(slice, index));
    visitFiles(
        currentFacts,
        (slice, index) -> {
          Integer before = known.get(slice);
          if (before != null && (before + 1) * DIGEST_BYTES <= contents.length) {
            System.arraycopy(
                contents,
                before * DIGEST_BYTES,
                currentContents,
                index * DIGEST_BYTES,
                DIGEST_BYTES);
            Map<String, byte[]> extended = attributes.get(before);
            if (extended != null) {
              currentAttributes.put(index, extended);
            }
          }
        });
  }

  /** Whether the digest at this place of an array of them is known. */
  static boolean isKnown(byte[] digests, int index) {
    int from = index * DIGEST_BYTES;
    return !Arrays.equals(digests, from, from + DIGEST_BYTES, UNKNOWN, 0, DIGEST_BYTES);
  }

  private interface FileVisitor {
    void visit(ByteBuffer facts, int index);
  }

  private static void visitFiles(byte[] facts, FileVisitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(facts);
    int index = 0;
    while (in.remaining() >= 4) {
      int length = in.getInt();
      ByteBuffer slice = in.slice(in.position(), length);
      int typeAt = 2 + (slice.getShort(0) & 0xffff);
      if (slice.get(typeAt) == '0') {
        visitor.visit(slice, index++);
      }
      in.position(in.position() + length);
    }
  }
}
