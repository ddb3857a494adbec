package dev.sealosbuild.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive that a test makes: each method adds one entry, of owner 12:13. */
public final class Tar {
  private static final long TIME_SECONDS = 1_400_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream archive = new TarArchiveOutputStream(bytes, "UTF-8");

  public Tar() {
    archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /** Adds a file with this text. */
  public Tar file(String name, int mode, String content) {
    return add(new TarArchiveEntry(name, true), mode, content);
  }

  /** Adds a file with these bytes. */
  public Tar file(String name, int mode, byte[] content) {
    return add(new TarArchiveEntry(name, true), mode, content);
  }

  /** Adds a directory. */
  public Tar directory(String name, int mode) {
    return add(new TarArchiveEntry(name, TarConstants.LF_DIR, true), mode, "");
  }

  /** Adds a symbolic link. */
  public Tar link(String name, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
    entry.setLinkName(target);
    return add(entry, 0777, "");
  }

  /** Adds another name of a file, with that file's mode. */
  public Tar hardLink(String name, int mode, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK, true);
    entry.setLinkName(target);
    return add(entry, mode, "");
  }

  /** Adds a named pipe. */
  public Tar fifo(String name) {
    return add(new TarArchiveEntry(name, TarConstants.LF_FIFO, true), 0644, "");
  }

  /** Adds a character device. */
  public Tar device(String name, int major, int minor) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_CHR, true);
    entry.setDevMajor(major);
    entry.setDevMinor(minor);
    return add(entry, 0600, "");
  }

  /** The archive. */
  public byte[] bytes() {
    try {
      archive.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tar add(TarArchiveEntry entry, int mode, String content) {
    return add(entry, mode, content.getBytes(StandardCharsets.UTF_8));
  }

  private Tar add(TarArchiveEntry entry, int mode, byte[] text) {
    entry.setMode(mode);
    entry.setIds(12, 13);
    entry.setModTime(TIME_SECONDS * 1000);
    entry.setSize(text.length);
    try {
      archive.putArchiveEntry(entry);
      archive.write(text);
      archive.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
