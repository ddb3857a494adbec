package dev.sealosbuild.copy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An archive that ADD unpacks: its entries in its order, as they stand. It is read once, when they
 * are first asked for; what it is known by is the digest of its file.
 */
final class ArchiveScan implements CopyScan {
  /** As many as an archive may have that is a build context. */
  private static final int MAX_ENTRIES = 1_000_000;

  private final Path file;
  private final ArchiveFormat format;
  private final String name;
  private final CopyScan asFile;
  private final Spool spool;
  private final IdentityHashMap<LayerEntry, Long> places = new IdentityHashMap<>();
  private @Nullable List<LayerEntry> entries;

  /**
   * @param name what to call it in messages
   * @param asFile the same as a file, of which only the digest is asked
   */
  ArchiveScan(
      Path file, ArchiveFormat format, String name, CopyScan asFile, TemporaryFolder temporary) {
    this.file = file;
    this.format = format;
    this.name = name;
    this.asFile = asFile;
    this.spool = new Spool(temporary);
  }

  @Override
  public List<LayerEntry> entries() {
    List<LayerEntry> known = entries;
    if (known == null) {
      known = read();
      entries = known;
    }
    return known;
  }

  @Override
  public Content content(LayerEntry entry) {
    Long begin = places.get(entry);
    if (begin == null) {
      throw new IllegalArgumentException("/" + entry.path() + " is no file of the archive");
    }
    return spool.content(begin, entry.size());
  }

  @Override
  public boolean isUnchanged() {
    return asFile.isUnchanged();
  }

  @Override
  public Digest digest() {
    return asFile.digest();
  }

  @Override
  public void close() {
    spool.close();
    asFile.close();
  }

  private List<LayerEntry> read() {
    List<LayerEntry> read = new ArrayList<>();
    try (LayerReader archive =
        LayerReader.openArchive(Files.newInputStream(file), format, name).keepingWithin()) {
      for (LayerEntry entry = archive.next(); entry != null; entry = archive.next()) {
        if (read.size() == MAX_ENTRIES) {
          throw new BuildException(
              name + " has more than " + MAX_ENTRIES + " entries", "use a smaller one");
        }
        if (entry.isFile()) {
          places.put(entry, spool.add(archive.content(), entry.size(), Digest.newSha256()));
        }
        read.add(entry);
      }
    } catch (IOException e) {
      throw new BuildException(
          name + " cannot be unpacked: " + e.getMessage(),
          "make it anew, or write ADD --unpack=false to copy it as it is",
          e);
    }
    return read;
  }
}
