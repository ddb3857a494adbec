package dev.sealosbuild.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files with all that Linux knows of them: devices, numeric owners, setuid bits, times to the
 * nanosecond, extended attributes of any namespace. No method follows a symbolic link at the end of
 * a path; links on the way are followed, so a path from outside must be resolved before.
 *
 * <p>Every method throws {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.FileAlreadyExistsException}, {@link java.nio.file.AccessDeniedException} (EACCES),
 * {@link NotPermittedException} (EPERM), {@link NotSupportedException} (ENOTSUP, ENOSYS), or a
 * {@link java.nio.file.FileSystemException} whose reason is the text of the errno.
 *
 * @see <a href="https://man7.org/linux/man-pages/dir_section_2.html">Linux man-pages, section 2</a>
 */
public final class LinuxFiles {
  /** Linux' XATTR_LIST_MAX and XATTR_SIZE_MAX. */
  private static final int MAX_XATTR_BYTES = 64 << 10;

  private static final int FIRST_XATTR_BYTES = 256;
  private static final int TIMES_BYTES = 32;
  private static final long MAX_ID = 0xffff_fffeL;

  /** How the JVM itself turns names into bytes, so that both mean the same file. */
  static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private LinuxFiles() {}

  /** Loads what all of this needs, which takes some 40 ms, on a thread of its own. */
  public static void loadAhead() {
    Thread thread = new Thread(SystemCalls::prepare, "system calls");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether this JVM takes the names of files for UTF-8, as layers do. */
  public static boolean isUtf8() {
    return NAMES.equals(StandardCharsets.UTF_8);
  }

  /** What is at the path. */
  public static FileStatus status(Path file) throws IOException {
    byte[] status = new byte[FileStatus.BYTES];
    int result = statx(file, status);
    check(result, file);
    return FileStatus.of(status);
  }

  /** What is at the path; null where nothing is, or where a parent is no directory. */
  public static @Nullable FileStatus statusOrNull(Path file) throws IOException {
    byte[] status = new byte[FileStatus.BYTES];
    int result = statx(file, status);
    if (result < 0 && Errno.isAbsent(Errno.last())) {
      return null;
    }
    check(result, file);
    return FileStatus.of(status);
  }

  private static int statx(Path file, byte[] status) {
    return SystemCalls.statx(
        SystemCalls.AT_FDCWD,
        bytes(file),
        SystemCalls.AT_SYMLINK_NOFOLLOW,
        FileStatus.BASIC_FIELDS,
        status);
  }

  /**
   * The full names of the file's extended attributes that this process may see, such as {@code
   * security.capability}; none where the file system has no such thing.
   */
  public static List<String> xattrNames(Path file) throws IOException {
    byte[] path = bytes(file);
    byte[] names = new byte[FIRST_XATTR_BYTES];
    long length = SystemCalls.llistxattr(path, names, names.length);
    if (length < 0 && Errno.last() == Errno.ERANGE) {
      names = new byte[MAX_XATTR_BYTES];
      length = SystemCalls.llistxattr(path, names, names.length);
    }
    if (length == 0 || (length < 0 && Errno.isUnsupported(Errno.last()))) {
      return List.of();
    }
    check(length, file);
    List<String> list = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (names[i] == 0) {
        list.add(new String(names, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return list;
  }

  /** Whether the file has any extended attribute that this process may see. */
  public static boolean hasXattrs(Path file) throws IOException {
    long length = SystemCalls.llistxattr(bytes(file), null, 0);
    if (length < 0 && Errno.isUnsupported(Errno.last())) {
      return false;
    }
    check(length, file);
    return length > 0;
  }

  /** The value of an extended attribute, at most 64 KiB; null where the file has none so named. */
  public static byte @Nullable [] xattr(Path file, String name) throws IOException {
    byte[] path = bytes(file);
    byte[] attribute = terminated(name.getBytes(StandardCharsets.UTF_8));
    byte[] value = new byte[FIRST_XATTR_BYTES];
    long length = SystemCalls.lgetxattr(path, attribute, value, value.length);
    if (length < 0 && Errno.last() == Errno.ERANGE) {
      value = new byte[MAX_XATTR_BYTES];
      length = SystemCalls.lgetxattr(path, attribute, value, value.length);
    }
    if (length < 0) {
      int errno = Errno.last();
      if (errno == Errno.ENODATA || Errno.isUnsupported(errno)) {
        return null;
      }
    }
    check(length, file);
    return Arrays.copyOf(value, (int) length);
  }

  /** Gives the file an extended attribute, in place of one of the same name. */
  public static void setXattr(Path file, String name, byte[] value) throws IOException {
    byte[] attribute = terminated(name.getBytes(StandardCharsets.UTF_8));
    check(SystemCalls.lsetxattr(bytes(file), attribute, value, value.length, 0), file);
  }

  /** Takes an extended attribute away; nothing happens where there is none so named. */
  public static void removeXattr(Path file, String name) throws IOException {
    byte[] attribute = terminated(name.getBytes(StandardCharsets.UTF_8));
    int result = SystemCalls.lremovexattr(bytes(file), attribute);
    if (result < 0 && Errno.last() == Errno.ENODATA) {
      return;
    }
    check(result, file);
  }

  /**
   * Makes a directory.
   *
   * @param mode the low twelve bits, whatever the process's umask
   */
  public static void makeDirectory(Path directory, int mode) throws IOException {
    check(SystemCalls.mkdir(bytes(directory), mode), directory);
    setMode(directory, mode);
  }

  /** Makes a character device, which needs CAP_MKNOD but for 0:0, overlayfs' whiteout. */
  public static void makeCharacterDevice(Path file, int mode, long major, long minor)
      throws IOException {
    makeNode(file, FileStatus.CHARACTER_DEVICE, mode, FileStatus.deviceNumber(major, minor));
  }

  /** Makes a block device, which needs CAP_MKNOD. */
  public static void makeBlockDevice(Path file, int mode, long major, long minor)
      throws IOException {
    makeNode(file, FileStatus.BLOCK_DEVICE, mode, FileStatus.deviceNumber(major, minor));
  }

  /** Makes a named pipe. */
  public static void makeFifo(Path file, int mode) throws IOException {
    makeNode(file, FileStatus.FIFO, mode, 0);
  }

  /** Gives the file, or the link itself, an owner; setuid, setgid and capabilities are lost. */
  public static void setOwner(Path file, long uid, long gid) throws IOException {
    checkOwner(file, uid, gid);
    check(SystemCalls.lchown(bytes(file), (int) uid, (int) gid), file);
  }

  /**
   * Sets the permissions with setuid, setgid and sticky bits.
   *
   * @param file not a symbolic link: those have no permissions, and their target would get them
   */
  public static void setMode(Path file, int mode) throws IOException {
    check(SystemCalls.chmod(bytes(file), mode), file);
  }

  /**
   * Sets the times of last change and last access of the file, or of the link itself.
   *
   * @param seconds since 1970 in UTC
   * @param nanos fraction of that second, 0 to 999,999,999
   */
  public static void setTime(Path file, long seconds, int nanos) throws IOException {
    ByteBuffer times = ByteBuffer.allocate(TIMES_BYTES).order(ByteOrder.nativeOrder());
    putTimes(times, seconds, nanos);
    int result =
        SystemCalls.utimensat(
            SystemCalls.AT_FDCWD, bytes(file), times.array(), SystemCalls.AT_SYMLINK_NOFOLLOW);
    check(result, file);
  }

  /** Puts two of Linux' timespec, of last access and of last change. */
  static void putTimes(ByteBuffer into, long seconds, int nanos) {
    into.putLong(seconds).putLong(nanos).putLong(seconds).putLong(nanos);
  }

  static void checkOwner(Path file, long uid, long gid) throws FileSystemException {
    if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
      throw new FileSystemException(
          file.toString(), null, "no owner can have the number " + uid + ":" + gid);
    }
  }

  private static void makeNode(Path file, int type, int mode, long device) throws IOException {
    check(SystemCalls.mknod(bytes(file), type | mode, device), file);
    setMode(file, mode);
  }

  private static void check(long result, Path file) throws IOException {
    if (result < 0) {
      throw Errno.failure(Errno.last(), file);
    }
  }

  private static byte[] bytes(Path file) {
    return terminated(file.toString().getBytes(NAMES));
  }

  private static byte[] terminated(byte[] text) {
    return Arrays.copyOf(text, text.length + 1);
  }
}
