package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * An archive on its way to the tar reader. It keeps the bytes of one entry's headers, for two
 * things that the reader does not do: it takes names and extended headers of any length into
 * memory, and it takes all values for UTF-8, which those of extended attributes are not.
 */
final class HeaderStream extends FilterInputStream {
  /** What {@link TarHeader} writes at most, with the headers around it. */
  private static final int MAX_HEADER = TarHeader.MAX_PAX_BYTES + (64 << 10);

  /**
   * An entry has a header, some extended ones, and the end of an archive some twenty empty blocks;
   * the tar reader goes one call deeper with each.
   */
  private static final int MAX_BLOCKS = 64;

  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_AT = 156;

  private final String name;
  private final String remedy;
  private byte[] header = new byte[4 * TarHeader.BLOCK];
  private int length;
  private int firstBlock;
  private int nextBlock;
  private int blocks;
  private boolean inHeader;
  private long position;

  /**
   * @param name what to call the archive in messages
   * @param remedy what to do where it is not one to be read
   */
  HeaderStream(InputStream archive, String name, String remedy) {
    super(archive);
    this.name = name;
    this.remedy = remedy;
  }

  /** From here on bytes belong to the headers of an entry. */
  void beginHeader() {
    length = 0;
    // Headers begin on a block; before the first there may be the end of the last content's.
    firstBlock = (int) (-position & (TarHeader.BLOCK - 1));
    nextBlock = firstBlock;
    blocks = 0;
    inHeader = true;
  }

  /** From here on bytes belong to a content. */
  void endHeader() {
    inHeader = false;
  }

  /**
   * The records of the entry's extended header whose keys begin so, keys without that beginning.
   *
   * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">POSIX pax,
   *     extended header</a>
   */
  Map<String, byte[]> paxRecords(String prefix) {
    Map<String, byte[]> records = new TreeMap<>();
    int at = firstBlock;
    while (at + TarHeader.BLOCK <= length) {
      int start = at + TarHeader.BLOCK;
      int size = size(at);
      if (header[at + TYPE_AT] == 'x') {
        readRecords(start, Math.min(start + size, length), prefix, records);
      }
      at = start + size + TarHeader.padding(size);
    }
    return records;
  }

  /** How many bytes of the archive were read or passed over. */
  long position() {
    return position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      position += count;
      if (inHeader) {
        keep(bytes, offset, count);
      }
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    if (inHeader) {
      byte[] skipped = new byte[(int) Math.max(0, Math.min(count, TarHeader.BLOCK))];
      return Math.max(0, read(skipped, 0, skipped.length));
    }
    long skipped = in.skip(count);
    position += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void keep(byte[] bytes, int offset, int count) {
    if (length + count > MAX_HEADER) {
      throw tooLong();
    }
    if (length + count > header.length) {
      header = Arrays.copyOf(header, Math.max(2 * header.length, length + count));
    }
    System.arraycopy(bytes, offset, header, length, count);
    length += count;
    while (nextBlock + TarHeader.BLOCK <= length) {
      int size = size(nextBlock);
      boolean extension = "xgLK".indexOf(header[nextBlock + TYPE_AT]) >= 0;
      if (++blocks > MAX_BLOCKS || (extension && size == MAX_HEADER)) {
        throw tooLong();
      }
      nextBlock += TarHeader.BLOCK + size + TarHeader.padding(size);
    }
  }

  private BuildException tooLong() {
    return new BuildException(
        name
            + " has an entry with more than "
            + TarHeader.MAX_PAX_BYTES
            + " bytes of names and extended attributes",
        remedy);
  }

  /** The size that the header block at this place tells of, at most {@link #MAX_HEADER}. */
  private int size(int at) {
    long size = 0;
    for (int i = at + SIZE_AT; i < at + SIZE_AT + SIZE_LENGTH; i++) {
      if (header[i] >= '0' && header[i] <= '7') {
        size = size << 3 | (header[i] - '0');
      }
    }
    return (int) Math.min(size, MAX_HEADER);
  }

  /** Reads records {@code "length key=value\n"}, where the length counts all of the record. */
  private void readRecords(int from, int to, String prefix, Map<String, byte[]> records) {
    int at = from;
    while (at < to) {
      int recordLength = 0;
      int i = at;
      while (i < to && header[i] >= '0' && header[i] <= '9' && recordLength < MAX_HEADER) {
        recordLength = 10 * recordLength + header[i++] - '0';
      }
      int end = at + recordLength;
      if (end > to || i + 1 >= end) {
        return;
      }
      int equals = i + 1;
      while (equals < end && header[equals] != '=') {
        equals++;
      }
      String key = new String(header, i + 1, equals - i - 1, StandardCharsets.UTF_8);
      if (key.startsWith(prefix) && equals + 1 < end) {
        byte[] value = Arrays.copyOfRange(header, equals + 1, end - 1);
        records.put(key.substring(prefix.length()), value);
      }
      at = end;
    }
  }
}
