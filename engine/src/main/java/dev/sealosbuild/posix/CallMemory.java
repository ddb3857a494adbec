package dev.sealosbuild.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The native memory that a thread hands to {@link AddressCalls} for one file after another. */
final class CallMemory {
  /** How much of a file is read or written by one call. */
  static final int BYTES = 64 << 10;

  private static final ThreadLocal<CallMemory> OF_THREAD = ThreadLocal.withInitial(CallMemory::new);

  final NativePath path = new NativePath();
  final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
  final long address = AddressCalls.addressOf(bytes);

  private CallMemory() {}

  static CallMemory ofThread() {
    return OF_THREAD.get();
  }
}
