package dev.sealosbuild.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What several layers come to over lower ones that are not known. */
final class MergeTree {
  private final boolean lowest;
  private final Node root = new Node("");

  /**
   * Where a file's content stands.
   *
   * @param layer from 0, the lowest
   * @param number of the entry in the layer, from 0
   */
  record Place(int layer, int number) {}

  /**
   * An entry of the merged layer.
   *
   * @param place null where it has no content
   */
  record Merged(LayerEntry entry, @Nullable Place place) {}

  /** A name. Without an entry and not removed, it is whatever the lower layers have there. */
  private static final class Node {
    private final String path;
    private @Nullable LayerEntry entry;
    private @Nullable Place place;

    /** Whether nothing of the lower layers is to be seen here, nor below. */
    private boolean hidesLower;

    private boolean removed;
    private long hiddenAt;
    private final TreeMap<String, Node> children = new TreeMap<>();

    Node(String path) {
      this.path = path;
    }

    boolean isDirectory() {
      return entry == null ? !removed : entry.isDirectory();
    }

    void become(LayerEntry newEntry, @Nullable Place newPlace) {
      entry = newEntry;
      place = newPlace;
      removed = false;
    }

    void hideLower(long time) {
      children.clear();
      hidesLower = true;
      hiddenAt = time;
    }
  }

  MergeTree(boolean lowest) {
    this.lowest = lowest;
    root.hidesLower = lowest;
  }

  void add(LayerIndex layer, int layerNumber) {
    // Whiteouts speak of lower layers only, wherever in the layer they stand.
    for (LayerEntry entry : layer.entries()) {
      if (entry.isWhiteout()) {
        remove(entry);
      }
    }
    int number = 0;
    for (LayerEntry entry : layer.entries()) {
      if (!entry.isWhiteout() && !entry.path().isEmpty()) {
        put(entry, new Place(layerNumber, number));
      }
      number++;
    }
  }

  /** In the order of their paths, directories before what is in them. */
  List<Merged> entries() {
    List<Merged> entries = new ArrayList<>();
    if (root.hidesLower && !lowest) {
      entries.add(new Merged(LayerEntry.opaque("", root.hiddenAt), null));
    }
    root.children.values().forEach(child -> collect(child, root.hidesLower, entries));
    return entries;
  }

  private static void collect(Node node, boolean hidden, List<Merged> entries) {
    LayerEntry entry = node.entry;
    if (entry != null) {
      entries.add(new Merged(entry, node.place));
    }
    if (node.hidesLower && !hidden && node.isDirectory()) {
      entries.add(new Merged(LayerEntry.opaque(node.path, node.hiddenAt), null));
    } else if (node.removed && !hidden) {
      entries.add(new Merged(LayerEntry.whiteout(node.path, node.hiddenAt), null));
    }
    boolean hiddenBelow = hidden || node.hidesLower;
    node.children.values().forEach(child -> collect(child, hiddenBelow, entries));
  }

  private void remove(LayerEntry whiteout) {
    Node directory = whereToRemove(TreePaths.parent(whiteout.path()));
    if (directory == null) {
      return;
    }
    if (whiteout.name().equals(LayerEntry.OPAQUE_NAME)) {
      directory.hideLower(whiteout.mtimeSeconds());
      return;
    }
    Node node = child(directory, whiteout.name().substring(LayerEntry.WHITEOUT_PREFIX.length()));
    node.hideLower(whiteout.mtimeSeconds());
    node.entry = null;
    node.place = null;
    node.removed = true;
  }

  private void put(LayerEntry entry, Place place) {
    Node node = child(directory(TreePaths.parent(entry.path())), entry.name());
    LayerEntry placed = entry.withPath(node.path);
    if (entry.isDirectory()) {
      if (!node.isDirectory()) {
        node.hideLower(entry.mtimeSeconds());
      }
      node.become(placed, null);
      return;
    }
    Node linked = entry.type() == LayerEntry.Type.HARDLINK ? node(entry.link()) : null;
    node.hideLower(entry.mtimeSeconds());
    if (linked != null && linked.entry != null) {
      node.become(linked.entry.withPath(node.path), linked.place);
    } else {
      node.become(placed, entry.isFile() ? place : null);
    }
  }

  private @Nullable Node node(String path) {
    Node node = root;
    for (String name : path.split("/", -1)) {
      node = node.children.get(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** The directory, by the links on the way as far as they are known. */
  private Node directory(String path) {
    String real = path.isEmpty() ? "" : TreePaths.resolve(new Links(), path);
    Node node = root;
    if (real.isEmpty()) {
      return node;
    }
    for (String name : real.split("/", -1)) {
      node = child(node, name);
      if (!node.isDirectory()) {
        node.hideLower(0);
        node.become(LayerEntry.directory(node.path, 0755, 0), null);
      } else if (node.entry == null && lowest) {
        node.become(LayerEntry.directory(node.path, 0755, 0), null);
      }
    }
    return node;
  }

  /** The directory, unless it is known that it is none. */
  private @Nullable Node whereToRemove(String path) {
    String real = path.isEmpty() ? "" : TreePaths.resolve(new Links(), path);
    Node node = root;
    for (String name : real.isEmpty() ? new String[0] : real.split("/", -1)) {
      Node known = node.children.get(name);
      if (known == null && (lowest || node.hidesLower)) {
        return null;
      }
      node = child(node, name);
      if (!node.isDirectory()) {
        return null;
      }
    }
    return node;
  }

  private static Node child(Node directory, String name) {
    return directory.children.computeIfAbsent(
        name, absent -> new Node(TreePaths.child(directory.path, absent)));
  }

  /** What is known of the tree, for following links. */
  private final class Links implements FileTree {
    @Override
    public @Nullable LayerEntry find(String path) {
      if (path.isEmpty()) {
        return LayerEntry.directory("", 0755, 0);
      }
      Node node = node(path);
      return node == null ? null : node.entry;
    }

    @Override
    public List<LayerEntry> list(String directory) {
      return List.of();
    }

    @Override
    public Content content(LayerEntry file) {
      throw new IllegalStateException("only links are followed");
    }
  }
}
