package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a command changed in its root file system, as the entries of a layer: directories before
 * what is in them, names sorted, so that the same changes are the same layer.
 *
 * <p>Times are whole seconds, as in other builders' layers; the files on the disk get the same
 * times as their entries, so that a later command sees what it would see if the layer were unpacked
 * anew.
 */
public final class CommandChanges {
  /** Where the contents are; only while the working root is open. */
  private record Changed(LayerEntry entry, @Nullable Path file) {}

  private final UnaryOperator<LayerEntry> stamp;
  private final List<Changed> changes = new ArrayList<>();
  private final Map<Long, String> firstNames = new HashMap<>();

  /**
   * @param stamp gives an entry the time that it has in the layer
   */
  CommandChanges(UnaryOperator<LayerEntry> stamp) {
    this.stamp = stamp;
  }

  /** Whether the command changed nothing. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** The entries in the order that they have in the layer. */
  public LayerIndex index() {
    List<LayerEntry> entries = new ArrayList<>(changes.size());
    for (Changed changed : changes) {
      entries.add(changed.entry);
    }
    return new LayerIndex(entries);
  }

  /**
   * Writes the entries with their contents.
   *
   * @throws IOException when a file cannot be read
   */
  public void writeTo(LayerWriter layer) throws IOException {
    for (Changed changed : changes) {
      Path file = changed.file;
      if (file == null) {
        layer.add(changed.entry);
      } else {
        Content content = () -> FileChannel.open(file);
        layer.add(changed.entry, content);
      }
    }
  }

  /** Adds a file as it is now; a socket is left out. */
  void add(Path file, String path, FileStatus status) throws IOException {
    if (!DiskEntry.canBeKept(status)) {
      return;
    }
    LayerEntry found = DiskEntry.whole(file, path, status);
    if (found.isWhiteout()) {
      throw new BuildException(
          "a command made /"
              + path
              + ", which cannot stand in a layer: a name that begins with .wh. removes a file there",
          "have the command rename or remove it");
    }
    LayerEntry entry = stamp.apply(found.withTime(found.mtimeSeconds(), 0));
    if (entry.mtimeSeconds() != found.mtimeSeconds()) {
      LinuxFiles.setTime(file, entry.mtimeSeconds(), entry.mtimeNanos());
    }
    String first =
        status.links() > 1 && !status.isDirectory()
            ? firstNames.putIfAbsent(status.inode(), path)
            : null;
    if (first != null) {
      changes.add(new Changed(entry.asHardlinkTo(first), null));
    } else {
      changes.add(new Changed(entry, status.isFile() ? file : null));
    }
  }

  /** Adds that what was at a path is gone. */
  void addWhiteout(String path, long mtimeSeconds) {
    changes.add(new Changed(stamp.apply(LayerEntry.whiteout(path, mtimeSeconds)), null));
  }

  /** Adds that all that was in a directory is gone. */
  void addOpaque(String directory, long mtimeSeconds) {
    changes.add(new Changed(stamp.apply(LayerEntry.opaque(directory, mtimeSeconds)), null));
  }
}
