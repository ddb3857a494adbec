package dev.sealosbuild.posix;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * System calls that get the address of their bytes, for what is done to each of very many files:
 * handing over an array costs as much as such a call itself.
 */
final class AddressCalls {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_CLOEXEC = 02000000;

  static {
    // Loads the library as SystemCalls wants it.
    SystemCalls.prepare();
    Native.register(
        AddressCalls.class,
        NativeLibrary.getProcess(Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
  }

  private AddressCalls() {}

  /** Where a direct buffer's first byte is; it stays there as long as the buffer is in use. */
  static long addressOf(ByteBuffer buffer) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  }

  static native int statx(int directory, long path, int flags, int mask, long status);

  static native long llistxattr(long path, long names, long size);

  static native int open(long path, int flags, int mode);

  static native long read(int descriptor, long bytes, long size);

  static native long write(int descriptor, long bytes, long size);

  static native int fchown(int descriptor, int uid, int gid);

  static native int fchmod(int descriptor, int mode);

  static native int futimens(int descriptor, long times);

  static native int close(int descriptor);
}
