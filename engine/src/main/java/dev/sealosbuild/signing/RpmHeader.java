package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What rpm keeps of an installed package.
 *
 * @param values texts and numbers by tag, the first of each
 * @see <a href="https://rpm-software-management.github.io/rpm/manual/hregions.html">rpm, header
 *     format</a>
 */
record RpmHeader(Map<Integer, String> values) {
  static final int NAME = 1000;
  static final int VERSION = 1001;
  static final int RELEASE = 1002;
  static final int EPOCH = 1003;
  static final int LICENSE = 1014;
  static final int ARCH = 1022;

  private static final int INT32 = 4;
  private static final int STRING = 6;
  private static final int I18N_STRING = 9;
  private static final int ENTRY_BYTES = 16;
  private static final int MAX_ENTRIES = 1 << 16;

  /**
   * Reads a header as the database has it: counts, index entries, values.
   *
   * @param what names the database in messages
   */
  static RpmHeader read(byte[] blob, String what) {
    try {
      ByteBuffer in = ByteBuffer.wrap(blob);
      int entries = in.getInt();
      int bytes = in.getInt();
      int start = 8 + entries * ENTRY_BYTES;
      if (entries < 0 || entries > MAX_ENTRIES || bytes < 0 || start + (long) bytes > blob.length) {
        throw damaged(what);
      }
      Map<Integer, String> values = new HashMap<>();
      for (int i = 0; i < entries; i++) {
        int tag = in.getInt();
        int type = in.getInt();
        int offset = in.getInt();
        in.getInt();
        boolean wanted = tag >= NAME && tag <= ARCH;
        if (wanted && offset >= 0 && offset < bytes) {
          if (type == STRING || type == I18N_STRING) {
            values.put(tag, text(blob, start + offset));
          } else if (type == INT32) {
            values.put(tag, Integer.toString(in.getInt(start + offset)));
          }
        }
      }
      return new RpmHeader(values);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw damaged(what);
    }
  }

  /** The text of a tag; empty where it has none. */
  String text(int tag) {
    return values.getOrDefault(tag, "");
  }

  /** The number of a tag in digits; empty where it has none. */
  String number(int tag) {
    return values.getOrDefault(tag, "");
  }

  private static String text(byte[] blob, int start) {
    int end = start;
    while (end < blob.length && blob[end] != 0) {
      end++;
    }
    return new String(blob, start, end - start, StandardCharsets.UTF_8);
  }

  private static BuildException damaged(String what) {
    return new BuildException(what + " has a damaged package", "");
  }
}
