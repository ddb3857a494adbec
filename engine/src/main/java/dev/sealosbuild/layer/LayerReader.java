package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a layer in their order. What it gives is safe to use: paths are normalised,
 * and one that leads out of the layer is an error.
 */
public final class LayerReader implements AutoCloseable {
  private static final int BUFFER = 256 << 10;
  private static final int MAX_PATH_BYTES = 16 << 10;
  private static final String XATTR = "SCHILY.xattr.";

  private final TarArchiveInputStream tar;

  private LayerReader(InputStream archive) {
    this.tar = new TarArchiveInputStream(archive, StandardCharsets.UTF_8.name());
  }

  /**
   * Reads a blob.
   *
   * @param blob closed with the reader
   */
  public static LayerReader open(InputStream blob, Compression compression) throws IOException {
    return new LayerReader(decompress(blob, compression));
  }

  /** The archive within a blob. */
  public static InputStream decompress(InputStream blob, Compression compression)
      throws IOException {
    return switch (compression) {
      case NONE -> new BufferedInputStream(blob, BUFFER);
      case GZIP -> new GZIPInputStream(blob, BUFFER);
      case ZSTD -> Zstandard.decompress(blob);
    };
  }

  /**
   * The next entry, or null after the last.
   *
   * @throws BuildException when the archive is damaged, or an entry would lead out of it
   */
  public @Nullable LayerEntry next() throws IOException {
    while (true) {
      TarArchiveEntry entry;
      try {
        entry = tar.getNextEntry();
      } catch (IllegalArgumentException e) {
        throw new BuildException(
            "a layer is damaged: " + e.getMessage(), "pull or build it again", e);
      }
      if (entry == null) {
        return null;
      }
      LayerEntry.Type type = type(entry);
      if (type != null) {
        return read(entry, type);
      }
    }
  }

  /** The content of the entry that {@link #next} gave last; ends with it. */
  public InputStream content() {
    return tar;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private static LayerEntry read(TarArchiveEntry entry, LayerEntry.Type type) {
    String path = safePath(entry.getName());
    String link = entry.getLinkName();
    if (type == LayerEntry.Type.HARDLINK) {
      link = safePath(link);
    } else if (type != LayerEntry.Type.SYMLINK) {
      link = "";
    }
    java.time.Instant mtime = entry.getLastModifiedTime().toInstant();
    boolean device =
        type == LayerEntry.Type.CHARACTER_DEVICE || type == LayerEntry.Type.BLOCK_DEVICE;
    return new LayerEntry(
        path,
        type,
        entry.getMode() & 07777,
        entry.getLongUserId(),
        entry.getLongGroupId(),
        type == LayerEntry.Type.FILE ? entry.getRealSize() : 0,
        mtime.getEpochSecond(),
        mtime.getNano(),
        link,
        device
            ? new LayerEntry.Device(entry.getDevMajor(), entry.getDevMinor())
            : LayerEntry.Device.NONE,
        xattrs(entry));
  }

  private static LayerEntry.@Nullable Type type(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return LayerEntry.Type.DIRECTORY;
    }
    if (entry.isSymbolicLink()) {
      return LayerEntry.Type.SYMLINK;
    }
    if (entry.isLink()) {
      return LayerEntry.Type.HARDLINK;
    }
    if (entry.isCharacterDevice()) {
      return LayerEntry.Type.CHARACTER_DEVICE;
    }
    if (entry.isBlockDevice()) {
      return LayerEntry.Type.BLOCK_DEVICE;
    }
    if (entry.isFIFO()) {
      return LayerEntry.Type.FIFO;
    }
    return entry.isFile() ? LayerEntry.Type.FILE : null;
  }

  private static String safePath(String name) {
    if (name.length() > MAX_PATH_BYTES) {
      throw new BuildException(
          "a layer has a name of " + name.length() + " characters", "at most 16,384 are read");
    }
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new BuildException(
            "a layer has the entry \"" + name + "\", which leads out of it",
            "do not use that image");
      }
    }
    return TreePaths.normalize(name);
  }

  private static Map<String, byte[]> xattrs(TarArchiveEntry entry) {
    Map<String, byte[]> xattrs = new HashMap<>();
    entry
        .getExtraPaxHeaders()
        .forEach(
            (key, value) -> {
              if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value.getBytes(StandardCharsets.UTF_8));
              }
            });
    return xattrs.isEmpty() ? Map.of() : xattrs;
  }

  /** In a class of its own, so that the library is loaded only for a blob that needs it. */
  private static final class Zstandard {
    static InputStream decompress(InputStream blob) throws IOException {
      return new BufferedInputStream(
          new com.github.luben.zstd.ZstdInputStream(blob).setContinuous(false), BUFFER);
    }
  }
}
