package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * rpm's database {@code Packages} as Berkeley DB keeps it, in distributions up to RHEL 8: a hash
 * table from numbers to headers. Its buckets are not asked for; every page that has entries is gone
 * through.
 *
 * @see <a href="https://github.com/berkeleydb/libdb/blob/v5.3.28/src/dbinc/db_page.h">Berkeley DB
 *     5.3, page formats</a>
 */
final class BerkeleyDbFile {
  private static final int MAGIC = 0x061561;
  private static final int META_BYTES = 512;
  private static final int PAGE_HEADER_BYTES = 26;
  private static final int MIN_PAGE = 512;
  private static final int MAX_PAGE = 1 << 16;

  // Kinds of pages.
  private static final int HASH_UNSORTED = 2;
  private static final int OVERFLOW = 7;
  private static final int HASH_META = 8;
  private static final int HASH = 13;

  // Kinds of entries.
  private static final int ON_PAGE = 1;
  private static final int OFF_PAGE = 3;
  private static final int OFF_PAGE_BYTES = 12;

  private final ByteBuffer file;
  private final String what;
  private final int pageBytes;
  private final int pages;
  private final BitSet overflowsRead = new BitSet();

  private BerkeleyDbFile(ByteBuffer file, String what) {
    this.file = file;
    this.what = what;
    int size = file.getInt(20);
    boolean plain = file.get(24) == 0 && (file.get(26) & 1) == 0;
    if (file.get(25) != HASH_META || !plain) {
      throw new BuildException(what + " is a database of Berkeley DB, but not as rpm makes it", "");
    }
    if (size < MIN_PAGE || size > MAX_PAGE || Integer.bitCount(size) != 1) {
      throw damaged();
    }
    this.pageBytes = size;
    this.pages = file.capacity() / size;
    // Of one that was cut off, packages would be missing.
    if (Integer.toUnsignedLong(file.getInt(32)) >= pages) {
      throw damaged();
    }
  }

  /**
   * The headers of the packages.
   *
   * @param what names the file in messages
   */
  static List<byte[]> headers(byte[] bytes, String what) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    if (bytes.length < META_BYTES) {
      throw new BuildException(what + " is not a database of rpm", "");
    }
    // It is in the byte order of the machine that made it.
    file.order(ByteOrder.LITTLE_ENDIAN);
    if (file.getInt(12) != MAGIC) {
      file.order(ByteOrder.BIG_ENDIAN);
    }
    if (file.getInt(12) != MAGIC) {
      throw new BuildException(what + " is not a database of rpm", "");
    }
    return new BerkeleyDbFile(file, what).headers();
  }

  private List<byte[]> headers() {
    List<byte[]> headers = new ArrayList<>();
    for (int page = 1; page < pages; page++) {
      int kind = file.get(page * pageBytes + 25);
      if (kind == HASH || kind == HASH_UNSORTED) {
        addHeaders(page, headers);
      }
    }
    return headers;
  }

  /** Keys and values take turns. */
  private void addHeaders(int page, List<byte[]> headers) {
    int entries = unsigned(page * pageBytes + 20);
    if (entries % 2 != 0 || PAGE_HEADER_BYTES + 2 * entries > pageBytes) {
      throw damaged();
    }
    for (int key = 0; key < entries; key += 2) {
      byte[] number = entry(page, key, entries);
      // Under the number zero is the last number that was given.
      if (!isZero(number)) {
        headers.add(entry(page, key + 1, entries));
      }
    }
  }

  /** Entries lie from the page's end downwards, each up to where the one before it begins. */
  private byte[] entry(int page, int number, int entries) {
    int start = offset(page, number);
    int end = number == 0 ? pageBytes : offset(page, number - 1);
    if (start < PAGE_HEADER_BYTES + 2 * entries || start >= end || end > pageBytes) {
      throw damaged();
    }
    int at = page * pageBytes + start;
    int kind = file.get(at);
    if (kind == ON_PAGE) {
      return bytes(at + 1, end - start - 1);
    }
    if (kind != OFF_PAGE || end - start < OFF_PAGE_BYTES) {
      throw damaged();
    }
    return overflow(file.getInt(at + 4), file.getInt(at + 8));
  }

  /** What does not fit into a page of entries is in a chain of pages of its own. */
  private byte[] overflow(int first, int length) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int page = first; page != 0; page = file.getInt(page * pageBytes + 16)) {
      // No page belongs to two chains, or twice to one.
      if (page < 0 || page >= pages || overflowsRead.get(page)) {
        throw damaged();
      }
      overflowsRead.set(page);
      int start = page * pageBytes;
      int here = unsigned(start + 22);
      if (file.get(start + 25) != OVERFLOW || PAGE_HEADER_BYTES + here > pageBytes) {
        throw damaged();
      }
      content.writeBytes(bytes(start + PAGE_HEADER_BYTES, here));
    }
    if (content.size() != length) {
      throw damaged();
    }
    return content.toByteArray();
  }

  private int offset(int page, int entry) {
    return unsigned(page * pageBytes + PAGE_HEADER_BYTES + 2 * entry);
  }

  private int unsigned(int at) {
    return Short.toUnsignedInt(file.getShort(at));
  }

  private byte[] bytes(int at, int length) {
    byte[] bytes = new byte[length];
    file.get(at, bytes);
    return bytes;
  }

  private static boolean isZero(byte[] number) {
    for (byte one : number) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private BuildException damaged() {
    return new BuildException(what + " is damaged", "");
  }
}
