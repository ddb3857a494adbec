package dev.sealosbuild.layer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The forms in which an archive of files is unpacked, told by its first bytes, never by its name.
 */
public enum ArchiveFormat {
  TAR(""),
  GZIP("\u001f\u008b\b"),
  BZIP2("BZh"),
  XZ("\u00fd7zXZ\0"),
  ZSTD("(\u00b5/\u00fd");

  /** How many bytes tell which it is: the header of a first entry. */
  public static final int HEAD_BYTES = TarHeader.BLOCK;

  private static final int BUFFER = 256 << 10;

  /** What {@code xz -9} needs is 65 MiB; a damaged or hostile file may ask for four gigabytes. */
  private static final int XZ_MEMORY_KIB = 100 << 10;

  /** Bytes as ISO-8859-1 has them; a tar archive's header has none at its beginning. */
  private final String magic;

  ArchiveFormat(String magic) {
    this.magic = magic;
  }

  /**
   * What a content that begins so may be. A compressed one need not hold an archive.
   *
   * @param head its first {@link #HEAD_BYTES}, or all of it where it is shorter
   */
  public static Optional<ArchiveFormat> ofHead(byte[] head) {
    for (ArchiveFormat format : values()) {
      if (format == TAR ? isTarHeader(head) : format.matches(head)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * The format of a file. Empty where it is no archive, as a compressed file of something else is
   * none, and one without an entry is none: neither buildah nor docker unpack those.
   *
   * @throws IOException when it cannot be read, or needs more memory than {@link #decompress} takes
   */
  public static Optional<ArchiveFormat> of(Path file) throws IOException {
    Optional<ArchiveFormat> format;
    try (InputStream in = Files.newInputStream(file)) {
      format = ofHead(in.readNBytes(HEAD_BYTES));
    }
    return format.isPresent() && format.get().holdsArchive(file) ? format : Optional.empty();
  }

  /** Whether this is the header of a tar archive's first entry. */
  public static boolean isTarHeader(byte[] head) {
    try {
      return head.length >= TarHeader.BLOCK && TarUtils.verifyCheckSum(head);
    } catch (IllegalArgumentException e) {
      return false; // the checksum is no number
    }
  }

  /**
   * The archive within. What it needs of memory does not grow with the archive: a dictionary of
   * more than 100 MiB (xz) or 128 MiB (zstd) is an error while reading.
   *
   * @param archive closed with what is given
   */
  public InputStream decompress(InputStream archive) throws IOException {
    return switch (this) {
      case TAR -> LayerReader.decompress(archive, Compression.NONE);
      case GZIP -> LayerReader.decompress(archive, Compression.GZIP);
      case ZSTD -> LayerReader.decompress(archive, Compression.ZSTD);
      case BZIP2 -> Bzip2.decompress(archive);
      case XZ -> Xz.decompress(archive);
    };
  }

  private boolean holdsArchive(Path file) throws IOException {
    if (this == TAR) {
      return true;
    }
    try (InputStream in = decompress(Files.newInputStream(file))) {
      return isTarHeader(in.readNBytes(HEAD_BYTES));
    } catch (IOException e) {
      // What cannot be decompressed only begins as if it could; what is too large for us can be.
      if (isTooLarge(e)) {
        throw e;
      }
      return false;
    }
  }

  private boolean isTooLarge(IOException e) {
    return switch (this) {
      case XZ -> Xz.isTooLarge(e);
      case ZSTD -> String.valueOf(e.getMessage()).contains("too much memory");
      default -> false;
    };
  }

  private boolean matches(byte[] head) {
    if (head.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((head[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** In a class of its own, so that the library is loaded only for an archive that needs it. */
  private static final class Bzip2 {
    static InputStream decompress(InputStream archive) throws IOException {
      return new BufferedInputStream(
          new org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream(
              new BufferedInputStream(archive, BUFFER), true),
          BUFFER);
    }
  }

  /** As {@link Bzip2}. */
  private static final class Xz {
    static InputStream decompress(InputStream archive) throws IOException {
      return new BufferedInputStream(
          new org.tukaani.xz.XZInputStream(new BufferedInputStream(archive, BUFFER), XZ_MEMORY_KIB),
          BUFFER);
    }

    static boolean isTooLarge(IOException e) {
      return e instanceof org.tukaani.xz.MemoryLimitException;
    }
  }
}
