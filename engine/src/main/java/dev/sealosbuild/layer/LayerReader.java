package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

  /** Linux' PATH_MAX: no program could use what stands at a longer path. */
  private static final int MAX_PATH = 4096;

  private static final String XATTR = "SCHILY.xattr.";

  private final HeaderStream archive;
  private final String name;
  private final String remedy;
  private final TarArchiveInputStream tar;
  private boolean inEntry;
  private boolean keepsWithin;

  private LayerReader(InputStream archive, String name, String remedy) {
    this.archive = new HeaderStream(archive, name, remedy);
    this.name = name;
    this.remedy = remedy;
    this.tar = new TarArchiveInputStream(this.archive, StandardCharsets.UTF_8.name());
  }

  /**
   * Reads a blob.
   *
   * @param blob closed with the reader
   */
  public static LayerReader open(InputStream blob, Compression compression) throws IOException {
    InputStream archive = decompress(blob, compression);
    return new LayerReader(
        compression == Compression.NONE ? archive : new ReadAhead(archive, "layer-decompress"),
        "a layer",
        "do not use that image");
  }

  /**
   * Reads an archive of files that is no layer: one to unpack.
   *
   * @param archive closed with the reader
   * @param name what to call it in messages, such as {@code the archive "x.tgz"}
   */
  public static LayerReader openArchive(InputStream archive, ArchiveFormat format, String name)
      throws IOException {
    return new LayerReader(format.decompress(archive), name, "do not use that archive");
  }

  /** Takes a {@code ..} that would lead out of the archive to stay at its root, as buildah does. */
  public LayerReader keepingWithin() {
    keepsWithin = true;
    return this;
  }

  /** The archive within a blob. */
  public static InputStream decompress(InputStream blob, Compression compression)
      throws IOException {
    return switch (compression) {
      case NONE -> new BufferedInputStream(blob, BUFFER);
      case GZIP -> new GZIPInputStream(new Members(blob), BUFFER);
      case ZSTD -> Zstandard.decompress(blob);
    };
  }

  /**
   * The next entry, or null after the last.
   *
   * @throws BuildException when an entry would lead out of the layer, or has no honest use
   * @throws IOException when the blob cannot be read, or is damaged
   */
  public @Nullable LayerEntry next() throws IOException {
    while (true) {
      TarArchiveEntry entry = nextHeader();
      if (entry == null) {
        return null;
      }
      LayerEntry.Type type = type(entry);
      // What has no name at all is nothing that could be made: other readers pass over it as well.
      if (type != null && !entry.getName().isEmpty()) {
        return read(entry, type);
      }
    }
  }

  /** The content of the entry that {@link #next} gave last; ends with it. */
  public InputStream content() {
    return tar;
  }

  /**
   * Where in the archive the content stands of the entry that {@link #next} gave last, in bytes.
   */
  public long position() {
    return archive.position();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private @Nullable TarArchiveEntry nextHeader() throws IOException {
    while (inEntry && tar.skip(Long.MAX_VALUE) > 0) {}
    archive.beginHeader();
    try {
      TarArchiveEntry entry = tar.getNextEntry();
      inEntry = entry != null;
      return entry;
    } catch (IllegalArgumentException e) {
      throw new IOException(name + " is damaged: " + e.getMessage(), e);
    } finally {
      archive.endHeader();
    }
  }

  private LayerEntry read(TarArchiveEntry entry, LayerEntry.Type type) {
    String path = safePath(entry.getName());
    String link = entry.getLinkName();
    if (type == LayerEntry.Type.HARDLINK) {
      link = safePath(link);
    } else if (type != LayerEntry.Type.SYMLINK) {
      link = "";
    }
    if (path.isEmpty() && type != LayerEntry.Type.DIRECTORY) {
      throw unsafe(entry.getName(), "would replace its root");
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
        archive.paxRecords(XATTR));
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

  private String safePath(String path) {
    if (path.length() > MAX_PATH) {
      throw new BuildException(
          name + " has a name of " + path.length() + " characters",
          "at most " + MAX_PATH + " are read");
    }
    for (String part : path.split("/", -1)) {
      if ((part.equals("..") && !keepsWithin) || part.equals(".wh...")) {
        throw unsafe(path, "leads out of it");
      }
    }
    if (path.indexOf('\0') >= 0) {
      throw unsafe(path.replace('\0', '?'), "cannot be a file's name");
    }
    return TreePaths.normalize(path);
  }

  private BuildException unsafe(String entry, String why) {
    return new BuildException(name + " has the entry \"" + entry + "\", which " + why, remedy);
  }

  /**
   * Says truly whether more is to come: where nothing is said to be available, {@link
   * GZIPInputStream} takes the end of a member for the end of the blob, and a blob may have many.
   */
  private static final class Members extends BufferedInputStream {
    Members(InputStream blob) {
      super(blob);
    }

    @Override
    public synchronized int available() throws IOException {
      int known = super.available();
      if (known > 0) {
        return known;
      }
      mark(1);
      if (read() < 0) {
        return 0;
      }
      reset();
      return 1;
    }
  }

  /** In a class of its own, so that the library is loaded only for a blob that needs it. */
  private static final class Zstandard {
    static InputStream decompress(InputStream blob) throws IOException {
      return new BufferedInputStream(
          new com.github.luben.zstd.ZstdInputStream(blob).setContinuous(false), BUFFER);
    }
  }
}
