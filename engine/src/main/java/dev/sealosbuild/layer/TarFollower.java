package dev.sealosbuild.layer;

import dev.sealosbuild.layer.TarFacts.Unclear;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows an archive as its bytes pass, and tells headers from contents. What is no content is kept
 * until it is asked for: the padding after the last content, and the headers of the next entry.
 */
final class TarFollower {
  /** What {@link TarHeader} writes at most, with the headers around it. */
  private static final int MAX_HEADERS = TarHeader.MAX_PAX_BYTES + (64 << 10);

  /** In pieces as large as tar-split makes of what follows an archive's end. */
  private static final int END_PIECE = 1 << 20;

  private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
  private final byte[] block = new byte[TarHeader.BLOCK];
  private int inBlock;
  private int padding;
  private TarFacts.Extensions extensions = new TarFacts.Extensions();
  private char extension;
  private @Nullable ByteArrayOutputStream extensionContent;
  private int extensionRest;
  private int emptyBlocks;
  private long endBytes;
  private @Nullable TarFacts entry;
  private boolean pieceReady;

  /**
   * Takes bytes that are no content, up to the next content.
   *
   * @return how many were taken; fewer than there are when {@link #entry} or {@link #pieceReady}
   *     tells of something
   */
  int take(byte[] bytes, int from, int to) throws Unclear {
    entry = null;
    pieceReady = false;
    int at = from;
    while (at < to && entry == null && !pieceReady) {
      if (padding > 0) {
        int count = Math.min(padding, to - at);
        segment.write(bytes, at, count);
        padding -= count;
        at += count;
      } else if (extensionContent != null) {
        at += takeExtension(extensionContent, bytes, at, to);
      } else if (emptyBlocks == 2) {
        at += takeEnd(bytes, at, to);
      } else {
        at += takeBlock(bytes, at, to);
      }
    }
    return at - from;
  }

  /** The entry that the last bytes were the header of; null where they were not. */
  @Nullable TarFacts entry() {
    return entry;
  }

  /** Whether the archive has ended, or much has come after its end, which is to be asked for. */
  boolean pieceReady() {
    return pieceReady;
  }

  /** What was taken since this was asked for. */
  byte[] segment() {
    byte[] bytes = segment.toByteArray();
    segment.reset();
    return bytes;
  }

  /** A content of that size has passed. */
  void passed(long size) {
    padding = TarHeader.padding(size);
  }

  /** The archive has ended: what is wrong with where it did, or null. */
  @Nullable String end() {
    boolean whole = padding == 0 && extensionContent == null && inBlock == 0;
    return whole && endBytes % TarHeader.BLOCK == 0
        ? null
        : "the archive ends in the middle of something";
  }

  private int takeBlock(byte[] bytes, int from, int to) throws Unclear {
    int count = Math.min(TarHeader.BLOCK - inBlock, to - from);
    System.arraycopy(bytes, from, block, inBlock, count);
    segment.write(bytes, from, count);
    inBlock += count;
    if (inBlock == TarHeader.BLOCK) {
      inBlock = 0;
      header();
    }
    return count;
  }

  private void header() throws Unclear {
    if (isEmpty(block, 0, block.length)) {
      emptyBlocks++;
      pieceReady = emptyBlocks == 2;
      return;
    }
    if (emptyBlocks > 0) {
      throw new Unclear("something follows the end of the archive");
    }
    char flag = TarFacts.flag(block);
    if ("xLKg".indexOf(flag) < 0) {
      entry = TarFacts.read(block, extensions);
      extensions = new TarFacts.Extensions();
      return;
    }
    long size = TarFacts.size(block);
    if (size < 0 || size > MAX_HEADERS - segment.size()) {
      throw new Unclear("an entry has too long headers");
    }
    extension = flag;
    extensionContent = new ByteArrayOutputStream();
    extensionRest = (int) size;
    if (size == 0) {
      endExtension(extensionContent);
    }
  }

  private int takeExtension(ByteArrayOutputStream content, byte[] bytes, int from, int to)
      throws Unclear {
    int count = Math.min(extensionRest, to - from);
    content.write(bytes, from, count);
    segment.write(bytes, from, count);
    extensionRest -= count;
    if (extensionRest == 0) {
      endExtension(content);
    }
    return count;
  }

  private void endExtension(ByteArrayOutputStream content) throws Unclear {
    extensions.add(extension, content.toByteArray());
    extensionContent = null;
    padding = TarHeader.padding(content.size());
  }

  private int takeEnd(byte[] bytes, int from, int to) throws Unclear {
    int count = Math.min(END_PIECE - segment.size(), to - from);
    if (!isEmpty(bytes, from, from + count)) {
      throw new Unclear("something follows the end of the archive");
    }
    segment.write(bytes, from, count);
    endBytes += count;
    pieceReady = segment.size() == END_PIECE;
    return count;
  }

  private static boolean isEmpty(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
