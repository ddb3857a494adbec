package dev.sealosbuild.posix;

import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;

/** A path in native memory, of which the last name can be replaced. For one thread at a time. */
final class NativePath {
  /** Linux' PATH_MAX, which counts the zero byte at the end. */
  private static final int MAX_BYTES = 4096;

  private final ByteBuffer bytes = ByteBuffer.allocateDirect(MAX_BYTES);
  private final long address = AddressCalls.addressOf(bytes);

  /** Where it begins. */
  long address() {
    return address;
  }

  /** Makes it this text, up to its end. */
  void set(String text) throws FileSystemException {
    bytes.position(0);
    append(text);
  }

  /** Adds text behind what is there; the position it was put at is {@link #length} before. */
  void append(String text) throws FileSystemException {
    int length = text.length();
    // What Java and Linux disagree about is not ASCII.
    if (bytes.remaining() <= length || !putAscii(text, length)) {
      byte[] encoded = text.getBytes(LinuxFiles.NAMES);
      if (bytes.remaining() <= encoded.length) {
        throw new FileSystemException(text, null, "File name too long");
      }
      bytes.put(encoded);
    }
    bytes.put(bytes.position(), (byte) 0);
  }

  int length() {
    return bytes.position();
  }

  /** Cuts it off behind so many bytes. */
  void truncate(int length) {
    bytes.position(length);
    bytes.put(length, (byte) 0);
  }

  @Override
  public String toString() {
    byte[] copy = new byte[bytes.position()];
    bytes.get(0, copy);
    return new String(copy, LinuxFiles.NAMES);
  }

  private boolean putAscii(String text, int length) {
    int start = bytes.position();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes.position(start);
        return false;
      }
      bytes.put((byte) c);
    }
    return true;
  }
}
