package dev.sealosbuild.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the system knows of a file.
 *
 * @param mode type and permissions, as {@code st_mode}
 * @param uid numeric owner, as this process' user namespace has it
 * @param gid numeric group
 * @param links number of its names
 * @param size in bytes
 * @param inode number in the file system
 * @param device of the file system
 * @param major of the device that the file is; 0 for everything else
 * @param minor of the device that the file is; 0 for everything else
 * @param mtimeSeconds of the last change of its content, since 1970
 * @param mtimeNanos fraction of that second
 * @param ctime when its content or metadata changed last, nanoseconds since 1970
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public record FileStatus(
    int mode,
    long uid,
    long gid,
    long links,
    long size,
    long inode,
    long device,
    long major,
    long minor,
    long mtimeSeconds,
    int mtimeNanos,
    long ctime) {
  static final int BYTES = 256;

  /** STATX_BASIC_STATS: what stat(2) tells. */
  static final int BASIC_FIELDS = 0x7ff;

  static final int CHARACTER_DEVICE = 0020000;
  static final int BLOCK_DEVICE = 0060000;
  static final int FIFO = 0010000;

  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int FILE = 0100000;
  private static final int SYMLINK = 0120000;
  private static final int SOCKET = 0140000;

  private static final int MODE_AT = 28;
  private static final int LINKS_AT = 16;
  private static final int UID_AT = 20;
  private static final int GID_AT = 24;
  private static final int INODE_AT = 32;
  private static final int SIZE_AT = 40;
  private static final int CTIME_AT = 96;
  private static final int MTIME_AT = 112;
  private static final int NUMBERS_AT = 128;

  /** The fields of {@code struct statx}, which are at the same places on every architecture. */
  static FileStatus of(byte[] statx) {
    return of(ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder()));
  }

  /** As {@link #of(byte[])}, from a buffer of native order. */
  static FileStatus of(ByteBuffer in) {
    return new FileStatus(
        in.getShort(MODE_AT) & 0xffff,
        in.getInt(UID_AT) & 0xffff_ffffL,
        in.getInt(GID_AT) & 0xffff_ffffL,
        in.getInt(LINKS_AT) & 0xffff_ffffL,
        in.getLong(SIZE_AT),
        in.getLong(INODE_AT),
        deviceNumber(
            in.getInt(NUMBERS_AT + 8) & 0xffff_ffffL, in.getInt(NUMBERS_AT + 12) & 0xffff_ffffL),
        in.getInt(NUMBERS_AT) & 0xffff_ffffL,
        in.getInt(NUMBERS_AT + 4) & 0xffff_ffffL,
        in.getLong(MTIME_AT),
        in.getInt(MTIME_AT + 8),
        in.getLong(CTIME_AT) * 1_000_000_000L + in.getInt(CTIME_AT + 8));
  }

  /** As glibc's {@code gnu_dev_makedev} puts the numbers together. */
  static long deviceNumber(long major, long minor) {
    return (major & 0xfff) << 8 | (major & ~0xfffL) << 32 | (minor & 0xff) | (minor & ~0xffL) << 12;
  }

  /** The low twelve bits of the mode. */
  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  public boolean isFile() {
    return (mode & TYPE) == FILE;
  }

  public boolean isSymlink() {
    return (mode & TYPE) == SYMLINK;
  }

  public boolean isCharacterDevice() {
    return (mode & TYPE) == CHARACTER_DEVICE;
  }

  public boolean isBlockDevice() {
    return (mode & TYPE) == BLOCK_DEVICE;
  }

  public boolean isFifo() {
    return (mode & TYPE) == FIFO;
  }

  public boolean isSocket() {
    return (mode & TYPE) == SOCKET;
  }
}
