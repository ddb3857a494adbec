package dev.sealosbuild.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

/**
 * The content of a file, read in one go: opening one of Java's channels takes longer than to read a
 * small file. For the thread that opened it.
 */
public final class SmallFile implements ReadableByteChannel {
  private final Path directory;
  private final String name;
  private int descriptor;

  private SmallFile(Path directory, String name, int descriptor) {
    this.directory = directory;
    this.name = name;
    this.descriptor = descriptor;
  }

  /** Opens a regular file of a directory; failures are those of {@link LinuxFiles}. */
  public static SmallFile open(Path directory, String name) throws IOException {
    NativePath path = CallMemory.ofThread().path;
    path.set(directory.toString());
    path.append("/");
    path.append(name);
    int descriptor =
        AddressCalls.open(path.address(), AddressCalls.O_RDONLY | AddressCalls.O_CLOEXEC, 0);
    if (descriptor < 0) {
      throw Errno.failure(Errno.last(), directory.resolve(name));
    }
    return new SmallFile(directory, name, descriptor);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    CallMemory memory = CallMemory.ofThread();
    long wanted = Math.min(into.remaining(), CallMemory.BYTES);
    int count = (int) AddressCalls.read(descriptor, memory.address, wanted);
    if (count < 0) {
      throw Errno.failure(Errno.last(), directory.resolve(name));
    }
    into.put(memory.bytes.slice(0, count));
    return count == 0 && wanted > 0 ? -1 : count;
  }

  @Override
  public boolean isOpen() {
    return descriptor >= 0;
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      // A file that was only read has nothing to tell when it is closed.
      AddressCalls.close(descriptor);
      descriptor = -1;
    }
  }
}
