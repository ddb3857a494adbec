package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.posix.SmallFile;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a command changed in its root file system, as the entries of a layer: directories before
 * what is in them, names sorted, so that the same changes are the same layer. They are looked for
 * while the layer is written, so that neither waits for the other.
 *
 * <p>Times are whole seconds, as in other builders' layers; the files on the disk get the same
 * times as their entries, so that a later command sees what it would see if the layer were unpacked
 * anew.
 */
public final class CommandChanges {
  /** Larger files are read in many pieces, for which Java's channels are as good. */
  private static final int SMALL_FILE = 64 << 10;

  private final UnaryOperator<LayerEntry> stamp;
  private final Search search;
  private final Path root;
  private final List<LayerEntry> entries = new ArrayList<>();
  private final Map<Long, String> firstNames = new HashMap<>();
  private @Nullable LayerWriter layer;

  /** Looks for what was changed. */
  interface Search {
    /** Adds everything, in the order that it is to have in the layer. */
    void addTo(CommandChanges changes) throws IOException;
  }

  /** The layer could not be written, whatever was found. */
  private static final class WriteFailure extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    WriteFailure(IOException cause) {
      super(cause);
    }
  }

  /**
   * @param stamp gives an entry the time that it has in the layer
   * @param root that is searched
   */
  CommandChanges(UnaryOperator<LayerEntry> stamp, Path root, Search search) {
    this.stamp = stamp;
    this.root = root;
    this.search = search;
  }

  /**
   * Writes the entries with their contents; to be called once.
   *
   * @throws IOException when the layer cannot be written, or a file's content not be read
   * @throws BuildException when there is something that cannot be in a layer, or the disk fails
   */
  public void writeTo(LayerWriter writer) throws IOException {
    layer = writer;
    try {
      search.addTo(this);
    } catch (WriteFailure e) {
      throw e.getCause();
    } catch (IOException e) {
      throw StoreFailure.of("reading what a command changed in " + root, e);
    }
  }

  /** Whether the command changed nothing. Known when they are written. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The entries in the order that they have in the layer. Known when they are written. */
  public LayerIndex index() {
    return new LayerIndex(entries);
  }

  /** Adds a file as it is now; a socket is left out. */
  void add(Path file, String path, FileStatus status) throws IOException {
    add(file.getParent(), file.getFileName().toString(), path, status, true);
  }

  /**
   * Adds a file as it is now; a socket is left out.
   *
   * @param path in the image
   * @param hasXattrs false where it is known to have no extended attributes
   */
  void add(Path directory, String name, String path, FileStatus status, boolean hasXattrs)
      throws IOException {
    if (!DiskEntry.canBeKept(status)) {
      return;
    }
    LayerEntry found = DiskEntry.of(directory, name, path, status, hasXattrs);
    if (found.isWhiteout()) {
      throw new BuildException(
          "a command made /"
              + path
              + ", which cannot stand in a layer: a name that begins with .wh. removes a file there",
          "have the command rename or remove it");
    }
    LayerEntry entry = stamp.apply(found.withTime(found.mtimeSeconds(), 0));
    if (entry.mtimeSeconds() != found.mtimeSeconds()) {
      LinuxFiles.setTime(directory.resolve(name), entry.mtimeSeconds(), entry.mtimeNanos());
    }
    String first =
        status.links() > 1 && !status.isDirectory()
            ? firstNames.putIfAbsent(status.inode(), path)
            : null;
    if (first != null) {
      write(entry.asHardlinkTo(first), null);
    } else if (!status.isFile()) {
      write(entry, null);
    } else if (status.size() <= SMALL_FILE) {
      write(entry, () -> SmallFile.open(directory, name));
    } else {
      write(entry, () -> FileChannel.open(directory.resolve(name)));
    }
  }

  /** Adds that what was at a path is gone. */
  void addWhiteout(String path, long mtimeSeconds) {
    write(stamp.apply(LayerEntry.whiteout(path, mtimeSeconds)), null);
  }

  /** Adds that all that was in a directory is gone. */
  void addOpaque(String directory, long mtimeSeconds) {
    write(stamp.apply(LayerEntry.opaque(directory, mtimeSeconds)), null);
  }

  private void write(LayerEntry entry, @Nullable Content content) {
    entries.add(entry);
    try {
      LayerWriter writer = Objects.requireNonNull(layer);
      if (content == null) {
        writer.add(entry);
      } else {
        writer.add(entry, content);
      }
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }
}
