package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.posix.NewFile;
import dev.sealosbuild.posix.NotPermittedException;
import dev.sealosbuild.posix.NotSupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes files as entries describe them. What this process may not make is left out and noted, as
 * other builders do without root: devices, and attributes that the file system has no place for.
 */
final class EntryMaker {
  private static final int BUFFER = 128 << 10;

  private static final int SET_ID = 06000;

  /** Of the machine that a layer was made on, and of no use on another. */
  private static final String SELINUX = "security.selinux";

  private final boolean needsOwners;
  private final byte[] buffer = new byte[BUFFER];
  private final Set<String> leftOut = new TreeSet<>();

  EntryMaker() {
    this(true);
  }

  /**
   * @param needsOwners whether an owner that may not be set is a failure; else it is left out
   */
  EntryMaker(boolean needsOwners) {
    this.needsOwners = needsOwners;
  }

  /** What could not be made, such as {@code device nodes}. */
  Set<String> leftOut() {
    return leftOut;
  }

  /**
   * Makes anything but a directory or a hard link.
   *
   * @param file where nothing is
   * @param content of a regular file, read to its size; ignored for everything else
   * @throws java.nio.file.FileAlreadyExistsException when something is there; nothing was read then
   */
  void make(Path file, LayerEntry entry, InputStream content) throws IOException {
    switch (entry.type()) {
      case FILE -> {
        write(file, entry, content);
        return;
      }
      case SYMLINK -> Files.createSymbolicLink(file, Path.of(entry.link()));
      case FIFO -> LinuxFiles.makeFifo(file, 0600);
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        if (!makeDevice(file, entry)) {
          return;
        }
      }
      case DIRECTORY, HARDLINK -> throw new IllegalArgumentException(entry.type().toString());
    }
    describe(file, entry);
  }

  /** Gives a file its owner, permissions, attributes and time, in the order that keeps them. */
  void describe(Path file, LayerEntry entry) throws IOException {
    int mode = modeAfter(() -> LinuxFiles.setOwner(file, entry.uid(), entry.gid()), entry);
    if (!entry.isSymlink()) {
      LinuxFiles.setMode(file, mode);
    }
    setXattrs(file, entry);
    LinuxFiles.setTime(file, entry.mtimeSeconds(), entry.mtimeNanos());
  }

  /** What gives a file its owner. */
  private interface OwnerChange {
    void make() throws IOException;
  }

  /** Gives a file its owner, and tells the permissions that it may have then. */
  private int modeAfter(OwnerChange change, LayerEntry entry) throws IOException {
    try {
      change.make();
      return entry.mode();
    } catch (NotPermittedException e) {
      if (needsOwners) {
        throw e;
      }
      leftOut.add("owners");
      // Such bits of another owner would give away this user's rights.
      return entry.mode() & ~SET_ID;
    } catch (FileSystemException e) {
      if ("Invalid argument".equals(e.getReason())) {
        throw new BuildException(
            "/"
                + entry.path()
                + " belongs to "
                + entry.uid()
                + ":"
                + entry.gid()
                + ", which is no owner in this user namespace",
            "give the user more subordinate IDs in /etc/subuid and /etc/subgid",
            e);
      }
      throw e;
    }
  }

  private void write(Path file, LayerEntry entry, InputStream content) throws IOException {
    try (NewFile out = NewFile.create(file)) {
      long rest = entry.size();
      while (rest > 0) {
        int count = content.read(buffer, 0, (int) Math.min(rest, buffer.length));
        if (count < 0) {
          throw new IOException("a layer is damaged: /" + entry.path() + " ends early");
        }
        out.write(buffer, 0, count);
        rest -= count;
      }
      out.setMode(modeAfter(() -> out.setOwner(entry.uid(), entry.gid()), entry));
      setXattrs(file, entry);
      out.setTime(entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private boolean makeDevice(Path file, LayerEntry entry) throws IOException {
    long major = entry.device().major();
    long minor = entry.device().minor();
    if (major == 0 && minor == 0) {
      // No driver has it, and overlayfs would take it for a whiteout.
      leftOut.add("devices of the number 0:0");
      return false;
    }
    try {
      if (entry.type() == LayerEntry.Type.CHARACTER_DEVICE) {
        LinuxFiles.makeCharacterDevice(file, 0600, major, minor);
      } else {
        LinuxFiles.makeBlockDevice(file, 0600, major, minor);
      }
      return true;
    } catch (NotPermittedException e) {
      leftOut.add("device nodes");
      return false;
    }
  }

  private void setXattrs(Path file, LayerEntry entry) throws IOException {
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      setXattr(file, xattr.getKey(), xattr.getValue());
    }
  }

  private void setXattr(Path file, String name, byte[] value) throws IOException {
    if (OverlayAttributes.isOverlays(name) || name.equals(SELINUX)) {
      return;
    }
    try {
      LinuxFiles.setXattr(file, name, value);
    } catch (NotPermittedException | NotSupportedException e) {
      leftOut.add("extended attributes " + name);
    }
  }
}
