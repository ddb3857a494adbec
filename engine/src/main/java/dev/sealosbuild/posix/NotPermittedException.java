package dev.sealosbuild.posix;

import java.nio.file.FileSystemException;

/** The process lacks a capability, or the file system refuses such a thing to everybody (EPERM). */
public final class NotPermittedException extends FileSystemException {
  private static final long serialVersionUID = 1;

  NotPermittedException(String file) {
    super(file, null, "Operation not permitted");
  }
}
