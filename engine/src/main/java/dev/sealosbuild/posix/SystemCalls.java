package dev.sealosbuild.posix;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library as they are, for 64-bit Linux: {@code long} is {@code long}, and a
 * pointer to bytes is an array.
 */
final class SystemCalls {
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;

  private static final String SEARCH_PATH = "jna.platform.library.path";

  static {
    // JNA's own choice for its library is a folder that it makes in the user's home.
    if (System.getProperty("jna.tmpdir") == null) {
      System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    }
    // The C library is in the process; JNA would start ldconfig to learn where others are.
    String given = System.getProperty(SEARCH_PATH);
    System.setProperty(SEARCH_PATH, given == null ? "" : given);
    Native.register(
        SystemCalls.class,
        NativeLibrary.getProcess(Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
    if (given == null) {
      System.clearProperty(SEARCH_PATH);
    }
  }

  private SystemCalls() {}

  /** Has the C library ready for {@link AddressCalls} as well. */
  static void prepare() {}

  static native int statx(int directory, byte[] path, int flags, int mask, byte[] status);

  static native long llistxattr(byte[] path, byte @Nullable [] names, long size);

  static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size);

  static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

  static native int lremovexattr(byte[] path, byte[] name);

  static native int mkdir(byte[] path, int mode);

  static native int mknod(byte[] path, int mode, long device);

  static native int lchown(byte[] path, int uid, int gid);

  static native int chmod(byte[] path, int mode);

  static native int utimensat(int directory, byte[] path, byte[] times, int flags);

  static native int sigaction(int signal, byte @Nullable [] action, byte @Nullable [] old);
}
