package dev.sealosbuild.posix;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A regular file that is being made, with all that {@link LinuxFiles} can give to one, in a third
 * of the time: for trees of very many files. For the thread that made it; failures are those of
 * {@link LinuxFiles}.
 */
public final class NewFile implements AutoCloseable {
  private static final int CREATE =
      AddressCalls.O_WRONLY | AddressCalls.O_CREAT | AddressCalls.O_EXCL | AddressCalls.O_CLOEXEC;

  private final Path file;
  private final CallMemory memory;
  private int descriptor;

  private NewFile(Path file, CallMemory memory, int descriptor) {
    this.file = file;
    this.memory = memory;
    this.descriptor = descriptor;
  }

  /**
   * Makes an empty file that only its owner may use.
   *
   * @throws java.nio.file.FileAlreadyExistsException when anything is there, even a link to nothing
   */
  public static NewFile create(Path file) throws IOException {
    CallMemory memory = CallMemory.ofThread();
    memory.path.set(file.toString());
    int descriptor = AddressCalls.open(memory.path.address(), CREATE, 0600);
    if (descriptor < 0) {
      throw Errno.failure(Errno.last(), file);
    }
    return new NewFile(file, memory, descriptor);
  }

  /** Writes bytes behind those that were written. */
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int end = offset + count;
    for (int from = offset; from < end; ) {
      int part = Math.min(end - from, CallMemory.BYTES);
      memory.bytes.put(0, bytes, from, part);
      long written = AddressCalls.write(descriptor, memory.address, part);
      check(written);
      from += (int) written;
    }
  }

  /** Gives the file an owner; setuid, setgid and capabilities are lost. */
  public void setOwner(long uid, long gid) throws IOException {
    LinuxFiles.checkOwner(file, uid, gid);
    check(AddressCalls.fchown(descriptor, (int) uid, (int) gid));
  }

  /** Sets the permissions with setuid, setgid and sticky bits. */
  public void setMode(int mode) throws IOException {
    check(AddressCalls.fchmod(descriptor, mode));
  }

  /**
   * Sets the times of last change and last access, which writing changes.
   *
   * @param seconds since 1970 in UTC
   * @param nanos fraction of that second, 0 to 999,999,999
   */
  public void setTime(long seconds, int nanos) throws IOException {
    LinuxFiles.putTimes(memory.bytes.clear(), seconds, nanos);
    check(AddressCalls.futimens(descriptor, memory.address));
  }

  /** Ends the writing; some file systems tell only now that there was no room. */
  @Override
  public void close() throws IOException {
    if (descriptor >= 0) {
      int closed = descriptor;
      descriptor = -1;
      check(AddressCalls.close(closed));
    }
  }

  private void check(long result) throws IOException {
    if (result < 0) {
      throw Errno.failure(Errno.last(), file);
    }
  }
}
