package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a layer will hold: entries by their paths in the image, each with its content. Directories
 * that are missing on the way are made; what stands in the base already is not repeated.
 */
final class CopyPlan {
  /** A directory comes right before all that is in it: the slash sorts before every character. */
  private static final Comparator<String> TREE_ORDER = CopyPlan::compare;

  private final FileTree base;
  private final Ownership owner;
  private final @Nullable Integer mode;
  private final BuildTime time;
  private final Map<String, Planned> entries = new TreeMap<>(TREE_ORDER);

  private record Planned(LayerEntry entry, @Nullable Content content) {}

  /**
   * @param base what the image has already
   * @param owner of everything in the layer
   * @param mode of everything but links and directories made on the way; null to keep the source's
   */
  CopyPlan(FileTree base, Ownership owner, @Nullable Integer mode, BuildTime time) {
    this.base = base;
    this.owner = owner;
    this.mode = mode;
    this.time = time;
  }

  /** Where a path of the image really is, links followed, also those planned here. */
  String resolve(String path) {
    return TreePaths.resolve(base, path);
  }

  /** Whether the path is a directory, in the base or in this plan. */
  boolean isDirectory(String path) {
    LayerEntry entry = find(path);
    return entry != null && entry.isDirectory();
  }

  /** Whether anything stands at the path, in the base or in this plan. */
  boolean exists(String path) {
    return find(path) != null;
  }

  /**
   * Sees to it that the path is a directory, and its parents are.
   *
   * @throws BuildException when something else stands there
   */
  void makeDirectory(String path) {
    if (path.isEmpty()) {
      return;
    }
    LayerEntry there = find(path);
    if (there == null) {
      makeDirectory(TreePaths.parent(path));
      LayerEntry made = LayerEntry.directory(path, 0755, time.seconds());
      entries.put(path, new Planned(made.withOwner(owner.uid(), owner.gid()), null));
    } else if (!there.isDirectory()) {
      throw new BuildException(
          "/" + path + " already exists but is not a directory", "copy to another destination");
    }
  }

  /** Puts an entry of a source at a path whose parent is a directory. */
  void put(LayerEntry source, String path, @Nullable Content content) {
    LayerEntry entry = source.withPath(path).withOwner(owner.uid(), owner.gid());
    if (mode != null && !entry.isSymlink()) {
      entry = entry.withMode(mode);
    }
    Planned before = entries.get(path);
    if (before != null && before.entry().isDirectory() && !entry.isDirectory()) {
      removeBelow(path);
    }
    entries.put(path, new Planned(time.stamp(entry), content));
  }

  /** The entries in the order that they have in the layer. */
  List<LayerEntry> entries() {
    List<LayerEntry> list = new ArrayList<>(entries.size());
    entries.values().forEach(planned -> list.add(planned.entry()));
    return list;
  }

  /** Writes the entries in their order. */
  void write(LayerWriter layer) throws IOException {
    for (Planned planned : entries.values()) {
      if (planned.content() == null) {
        layer.add(planned.entry());
      } else {
        layer.add(planned.entry(), planned.content());
      }
    }
  }

  private @Nullable LayerEntry find(String path) {
    Planned planned = entries.get(path);
    return planned != null ? planned.entry() : base.find(path);
  }

  private void removeBelow(String directory) {
    entries.keySet().removeIf(path -> path.startsWith(directory + "/"));
  }

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char c = a.charAt(i);
      char d = b.charAt(i);
      if (c != d) {
        return c == '/' ? -1 : d == '/' ? 1 : Character.compare(c, d);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
