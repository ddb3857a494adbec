package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * rpm's own database {@code Packages.db}, which SUSE uses: slots that say where headers are.
 *
 * @see <a
 *     href="https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c">rpm,
 *     ndb</a>
 */
final class NdbFile {
  private static final int MAGIC = 'R' | 'p' << 8 | 'm' << 16 | 'P' << 24;
  private static final int SLOT_MAGIC = 'S' | 'l' << 8 | 'o' << 16 | 't' << 24;
  private static final int BLOB_MAGIC = 'B' | 'l' << 8 | 'b' << 16 | 'S' << 24;
  private static final int PAGE_BYTES = 4096;
  private static final int SLOT_BYTES = 16;
  private static final int BLOCK_BYTES = 16;
  private static final int HEADER_BYTES = 32;

  private NdbFile() {}

  /**
   * The headers of the packages.
   *
   * @param what names the file in messages
   */
  static List<byte[]> headers(byte[] bytes, String what) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < PAGE_BYTES || file.getInt(0) != MAGIC) {
      throw new BuildException(what + " is not a database of rpm", "");
    }
    long end = Math.min(bytes.length, file.getInt(12) * (long) PAGE_BYTES);
    List<byte[]> headers = new ArrayList<>();
    long left = bytes.length;
    for (int slot = HEADER_BYTES; slot + SLOT_BYTES <= end; slot += SLOT_BYTES) {
      int number = file.getInt(slot + 4);
      if (file.getInt(slot) != SLOT_MAGIC) {
        throw new BuildException(what + " is damaged", "");
      }
      if (number != 0) {
        byte[] header = blob(file, file.getInt(slot + 8) * (long) BLOCK_BYTES, number, what);
        left -= header.length;
        if (left < 0) {
          throw new BuildException(what + " has packages that lie over one another", "");
        }
        headers.add(header);
      }
    }
    return headers;
  }

  private static byte[] blob(ByteBuffer file, long at, int number, String what) {
    if (at >= PAGE_BYTES && at + SLOT_BYTES <= file.capacity()) {
      int start = (int) at;
      int length = file.getInt(start + 12);
      boolean whole = length >= 0 && at + SLOT_BYTES + length <= file.capacity();
      if (whole && file.getInt(start) == BLOB_MAGIC && file.getInt(start + 4) == number) {
        byte[] blob = new byte[length];
        file.get(start + SLOT_BYTES, blob);
        return blob;
      }
    }
    throw new BuildException(what + " has a package that is not where it should be", "");
  }
}
