package dev.sealosbuild.posix;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Why a system call failed. The numbers are the same on x86_64 and arm64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
final class Errno {
  static final int ENODATA = 61;
  static final int ERANGE = 34;

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int EINVAL = 22;
  private static final int EMFILE = 24;
  private static final int EFBIG = 27;
  private static final int ENOSPC = 28;
  private static final int EROFS = 30;
  private static final int EMLINK = 31;
  private static final int ENAMETOOLONG = 36;
  private static final int ENOSYS = 38;
  private static final int ENOTEMPTY = 39;
  private static final int ELOOP = 40;
  private static final int ENOTSUP = 95;
  private static final int EDQUOT = 122;

  private Errno() {}

  /** Of this thread's last call. */
  static int last() {
    return Native.getLastError();
  }

  static boolean isAbsent(int errno) {
    return errno == ENOENT || errno == ENOTDIR;
  }

  static boolean isUnsupported(int errno) {
    return errno == ENOTSUP || errno == ENOSYS;
  }

  static IOException failure(int errno, Path file) {
    String name = file.toString();
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(name);
      case EEXIST -> new FileAlreadyExistsException(name);
      case EACCES -> new AccessDeniedException(name);
      case EPERM -> new NotPermittedException(name);
      case ENOTSUP, ENOSYS -> new NotSupportedException(name);
      default -> new FileSystemException(name, null, text(errno));
    };
  }

  /** As strerror(3) has it in English, for what these calls may meet. */
  private static String text(int errno) {
    return switch (errno) {
      case ENOTDIR -> "Not a directory";
      case EINVAL -> "Invalid argument";
      case EMFILE -> "Too many open files";
      case EFBIG -> "File too large";
      case ENOSPC -> "No space left on device";
      case EROFS -> "Read-only file system";
      case EMLINK -> "Too many links";
      case ERANGE -> "Numerical result out of range";
      case ENAMETOOLONG -> "File name too long";
      case ENOTEMPTY -> "Directory not empty";
      case ELOOP -> "Too many levels of symbolic links";
      case ENODATA -> "No data available";
      case EDQUOT -> "Disk quota exceeded";
      default -> "errno " + errno;
    };
  }
}
