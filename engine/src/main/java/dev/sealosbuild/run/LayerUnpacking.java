package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks one layer into a directory: over others as overlayfs has it, or into one that holds all
 * that is below. Both come to what {@link LayeredTree} says.
 *
 * <p>Nothing is written outside the directory, whatever the layer says: the parent of every entry
 * is looked up name by name, a symbolic link on the way leads to where it would lead with the
 * directory as the root, and nobody else writes to the directory meanwhile.
 */
final class LayerUnpacking {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Path root;
  private final @Nullable OverlayAttributes overlay;
  private final TreeOnDisk tree;
  private final boolean isAlone;
  private final EntryMaker maker;

  /** Directories that are there, by what an entry may call them. */
  private final Map<String, String> parents = new HashMap<>();

  /** How directories will be once nothing more is put into them. */
  private final Map<String, LayerEntry> directories = new LinkedHashMap<>();

  /**
   * @param root directory that gets the layer
   * @param lower unpacked layers below it, the topmost first
   * @param overlay how whiteouts are kept; null where they remove what is in the directory
   */
  LayerUnpacking(Path root, List<Path> lower, @Nullable OverlayAttributes overlay, EntryMaker maker)
      throws IOException {
    this.root = root;
    this.overlay = overlay;
    this.maker = maker;
    List<Path> all = new ArrayList<>();
    all.add(root);
    all.addAll(lower);
    this.tree = new TreeOnDisk(all, overlay);
    this.isAlone = overlay != null && lower.isEmpty();
    keep("");
  }

  /**
   * Whether unpacking the layer needs nothing of those below: it has every directory that it puts
   * something into, before that, and what its hard links link to.
   */
  static boolean isWhole(LayerIndex index) {
    Set<String> directories = new HashSet<>(Set.of(""));
    Set<String> files = new HashSet<>();
    for (LayerEntry entry : index.entries()) {
      if (!directories.contains(TreePaths.parent(entry.path()))) {
        return false;
      }
      if (entry.isDirectory()) {
        directories.add(entry.path());
        continue;
      }
      if (directories.remove(entry.path())) {
        String below = entry.path() + "/";
        directories.removeIf(directory -> directory.startsWith(below));
      }
      if (entry.type() == LayerEntry.Type.HARDLINK && !files.contains(entry.link())) {
        return false;
      }
      files.add(entry.path());
    }
    return true;
  }

  /**
   * Unpacks the layer.
   *
   * @throws BuildException when the layer links to what is not there
   */
  void unpack(LayerIndex index, LayeredTree.LayerSource source) throws IOException {
    for (LayerEntry entry : index.entries()) {
      // Whiteouts speak of lower layers only, wherever in the layer they stand.
      if (entry.isWhiteout()) {
        removeWhitedOut(entry);
      }
    }
    try (LayerReader layer = source.open()) {
      for (LayerEntry entry = layer.next(); entry != null; entry = layer.next()) {
        if (!entry.isWhiteout()) {
          put(entry, layer.content());
        }
      }
    }
    finish();
  }

  /** Gives the directories what putting something into them has changed. */
  private void finish() throws IOException {
    for (Map.Entry<String, LayerEntry> directory : directories.entrySet()) {
      maker.describe(root.resolve(directory.getKey()), directory.getValue());
    }
  }

  private void removeWhitedOut(LayerEntry whiteout) throws IOException {
    String parent = TreePaths.parent(whiteout.path());
    if (!isAlone && !isDirectory(tree.resolve(parent))) {
      return;
    }
    String directory = directory(parent);
    if (whiteout.name().equals(OPAQUE)) {
      empty(directory);
      return;
    }
    String path = TreePaths.child(directory, whiteout.name().substring(WHITEOUT.length()));
    remove(path);
    if (overlay != null) {
      LinuxFiles.makeCharacterDevice(root.resolve(path), 0, 0, 0);
    }
  }

  private boolean isDirectory(String path) throws IOException {
    TreeOnDisk.Found found = tree.locate(path);
    return found != null && found.status().isDirectory();
  }

  private void empty(String directory) throws IOException {
    if (overlay != null) {
      overlay.makeOpaque(root.resolve(directory));
      return;
    }
    for (String name : DiskEntry.names(root.resolve(directory))) {
      remove(TreePaths.child(directory, name));
    }
  }

  private void put(LayerEntry entry, InputStream content) throws IOException {
    if (entry.path().isEmpty()) {
      directories.put("", entry);
      return;
    }
    String parent = directory(TreePaths.parent(entry.path()));
    String path = TreePaths.child(parent, entry.name());
    switch (entry.type()) {
      case DIRECTORY -> {
        makeDirectory(path);
        directories.put(path, entry);
      }
      case HARDLINK -> link(path, entry);
      case FILE, SYMLINK -> {
        Path file = root.resolve(path);
        try {
          maker.make(file, entry, content);
        } catch (FileAlreadyExistsException e) {
          remove(path);
          maker.make(file, entry, content);
        }
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
        remove(path);
        maker.make(root.resolve(path), entry, content);
      }
    }
  }

  private void link(String path, LayerEntry entry) throws IOException {
    String directory = tree.resolve(TreePaths.parent(entry.link()));
    String name = entry.link().substring(entry.link().lastIndexOf('/') + 1);
    String target = TreePaths.child(directory, name);
    if (target.equals(path)) {
      return;
    }
    TreeOnDisk.Found found = tree.locate(target);
    if (found == null || found.status().isDirectory()) {
      throw new BuildException(
          "a layer has /"
              + entry.path()
              + " as a hard link to /"
              + entry.link()
              + ", which is no file",
          "do not use that image");
    }
    remove(path);
    if (found.layer() == 0) {
      Files.createLink(root.resolve(path), found.file());
      return;
    }
    // Of a lower layer: two directories of an overlay cannot share a file.
    try (InputStream content =
        found.status().isFile()
            ? Files.newInputStream(found.file())
            : InputStream.nullInputStream()) {
      maker.make(root.resolve(path), DiskEntry.whole(found.file(), path, found.status()), content);
    }
  }

  /** Where the directory of this name is, made where it is missing. */
  private String directory(String path) throws IOException {
    if (path.isEmpty()) {
      return "";
    }
    String known = parents.get(path);
    if (known != null) {
      return known;
    }
    String resolved = tree.resolve(path);
    int end = resolved.isEmpty() ? -1 : resolved.indexOf('/');
    while (!resolved.isEmpty()) {
      makeDirectory(end < 0 ? resolved : resolved.substring(0, end));
      if (end < 0) {
        break;
      }
      end = resolved.indexOf('/', end + 1);
    }
    parents.put(path, resolved);
    return resolved;
  }

  /** Sees to it that a directory is there whose parent is. */
  private void makeDirectory(String path) throws IOException {
    Path directory = root.resolve(path);
    FileStatus there = LinuxFiles.statusOrNull(directory);
    if (there != null && there.isDirectory()) {
      if (!directories.containsKey(path)) {
        keep(path);
      }
      return;
    }
    TreeOnDisk.Found below = there == null ? tree.locate(path) : null;
    LayerEntry described =
        below != null && below.status().isDirectory()
            ? DiskEntry.whole(below.file(), path, below.status())
            : LayerEntry.directory(path, 0755, 0);
    if (there != null) {
      remove(path);
    }
    LinuxFiles.makeDirectory(directory, 0700);
    if (there != null && overlay != null) {
      // A whiteout or a file of this layer stood here: what lower layers have is gone with it.
      overlay.makeOpaque(directory);
    }
    directories.put(path, described);
  }

  /** Notes how a directory is, which putting something into it changes. */
  private void keep(String path) throws IOException {
    Path directory = root.resolve(path);
    directories.put(path, DiskEntry.plain(directory, path, LinuxFiles.status(directory)));
  }

  private void remove(String path) throws IOException {
    Path file = root.resolve(path);
    FileStatus there = LinuxFiles.statusOrNull(file);
    if (there == null) {
      return;
    }
    parents.clear();
    if (there.isDirectory()) {
      String below = path + "/";
      directories.keySet().removeIf(name -> name.equals(path) || name.startsWith(below));
      FileRemoval.remove(file);
    } else {
      Files.delete(file);
    }
  }
}
