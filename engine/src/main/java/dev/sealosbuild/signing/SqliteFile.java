package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As much of SQLite as reading a table of blobs takes, so that no native library is needed for it.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html">SQLite, database file format</a>
 */
final class SqliteFile {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int INTERIOR = 5;
  private static final int LEAF = 13;
  private static final int MAX_DEPTH = 20;

  private final ByteBuffer file;
  private final String what;
  private final int pageSize;
  private final int usable;

  /**
   * @param bytes the whole file
   * @param what names it in messages
   */
  SqliteFile(byte[] bytes, String what) {
    this.what = what;
    this.file = ByteBuffer.wrap(bytes);
    if (bytes.length < 512 || !Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)) {
      throw damaged("it is not a database of SQLite");
    }
    int stated = file.getShort(16) & 0xffff;
    this.pageSize = stated == 1 ? 65_536 : stated;
    this.usable = pageSize - (bytes[20] & 0xff);
    if (Integer.bitCount(pageSize) != 1 || pageSize < 512 || usable < 480) {
      throw damaged("its pages have " + pageSize + " bytes");
    }
  }

  /** How many bytes of payloads a table may still have: no more than the file. */
  private long unread;

  /**
   * The blobs of a table, in the order of its rows.
   *
   * @return the last column of each row that is a blob
   */
  List<byte[]> blobs(String table) {
    try {
      for (List<Object> row : rows(1)) {
        if (row.size() >= 4 && "table".equals(row.get(0)) && table.equals(row.get(1))) {
          List<byte[]> blobs = new ArrayList<>();
          for (List<Object> one : rows(Math.toIntExact((Long) row.get(3)))) {
            if (!one.isEmpty() && one.get(one.size() - 1) instanceof byte[] blob) {
              blobs.add(blob);
            }
          }
          return blobs;
        }
      }
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | ClassCastException e) {
      throw damaged("it is damaged");
    }
    throw damaged("it has no table " + table);
  }

  private List<List<Object>> rows(int root) {
    List<List<Object>> rows = new ArrayList<>();
    unread = file.capacity();
    walk(root, 0, new int[] {file.capacity() / pageSize}, rows);
    return rows;
  }

  /**
   * @param left how many more pages may be visited: a page that is its own child would have no end
   */
  private void walk(int page, int depth, int[] left, List<List<Object>> rows) {
    if (depth > MAX_DEPTH || left[0]-- <= 0) {
      throw new IllegalArgumentException("pages in a circle");
    }
    int start = start(page);
    int header = page == 1 ? start + 100 : start;
    int type = file.get(header);
    int cells = file.getShort(header + 3) & 0xffff;
    int pointers = header + (type == INTERIOR ? 12 : 8);
    if (type != INTERIOR && type != LEAF) {
      throw new IllegalArgumentException("a page of the type " + type);
    }
    for (int i = 0; i < cells; i++) {
      int cell = start + (file.getShort(pointers + 2 * i) & 0xffff);
      if (type == INTERIOR) {
        walk(file.getInt(cell), depth + 1, left, rows);
      } else {
        rows.add(record(payload(cell)));
      }
    }
    if (type == INTERIOR) {
      walk(file.getInt(header + 8), depth + 1, left, rows);
    }
  }

  private int start(int page) {
    long start = (page - 1L) * pageSize;
    if (page < 1 || start + pageSize > file.capacity()) {
      throw new IllegalArgumentException("no page " + page);
    }
    return (int) start;
  }

  /** The payload of a cell of a leaf, with what is on overflow pages. */
  private byte[] payload(int cell) {
    Cursor at = new Cursor(file, cell);
    long size = at.varint();
    // Cells may overlap in a file that somebody made up: all of them come to no more than it has.
    at.varint();
    if (size < 0 || size > unread) {
      throw new IllegalArgumentException("a payload of " + size + " bytes");
    }
    unread -= size;
    byte[] payload = new byte[(int) size];
    int local = (int) size;
    if (size > usable - 35) {
      int least = (usable - 12) * 32 / 255 - 23;
      int some = least + (int) ((size - least) % (usable - 4));
      local = some <= usable - 35 ? some : least;
    }
    file.get(at.position, payload, 0, local);
    int next = local < payload.length ? file.getInt(at.position + local) : 0;
    for (int filled = local; filled < payload.length; ) {
      int start = start(next);
      int part = Math.min(usable - 4, payload.length - filled);
      next = file.getInt(start);
      file.get(start + 4, payload, filled, part);
      filled += part;
    }
    return payload;
  }

  /** The columns of a row: texts, whole numbers, blobs; an empty text for everything else. */
  private static List<Object> record(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    Cursor types = new Cursor(in, 0);
    long header = types.varint();
    if (header > payload.length) {
      throw new IllegalArgumentException("a header of " + header + " bytes");
    }
    List<Object> columns = new ArrayList<>();
    int at = (int) header;
    while (types.position < header) {
      long type = types.varint();
      int length = length(type);
      byte[] bytes = new byte[Math.min(length, payload.length)];
      in.get(at, bytes, 0, length);
      columns.add(column(type, bytes));
      at += length;
    }
    return columns;
  }

  private static int length(long type) {
    if (type >= 12) {
      return Math.toIntExact((type - 12) / 2);
    }
    return new int[] {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0}[(int) type];
  }

  private static Object column(long type, byte[] bytes) {
    if (type >= 12) {
      return type % 2 == 0 ? bytes : new String(bytes, StandardCharsets.UTF_8);
    }
    if (type == 8 || type == 9) {
      return type - 8;
    }
    if (type == 0 || type == 7) {
      return "";
    }
    long number = bytes[0];
    for (int i = 1; i < bytes.length; i++) {
      number = number << 8 | (bytes[i] & 0xff);
    }
    return number;
  }

  /** A place in the file. */
  private static final class Cursor {
    private final ByteBuffer bytes;
    private int position;

    Cursor(ByteBuffer bytes, int position) {
      this.bytes = bytes;
      this.position = position;
    }

    /** Up to nine bytes, of which the first eight have seven bits each. */
    long varint() {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        byte next = bytes.get(position++);
        value = value << 7 | (next & 0x7f);
        if (next >= 0) {
          return value;
        }
      }
      return value << 8 | (bytes.get(position++) & 0xff);
    }
  }

  private BuildException damaged(@Nullable String why) {
    return new BuildException(what + " cannot be read: " + why, "");
  }
}
