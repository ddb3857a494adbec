package dev.sealosbuild.posix;

import java.nio.file.FileSystemException;

/** The file system, or the kernel, has no such thing (ENOTSUP, ENOSYS). */
public final class NotSupportedException extends FileSystemException {
  private static final long serialVersionUID = 1;

  NotSupportedException(String file) {
    super(file, null, "Operation not supported");
  }
}
