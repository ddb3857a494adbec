package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of an image come to, one over the other: a directory that a layer has again keeps
 * what was in it, a whiteout removes what lower layers had.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts">OCI
 *     image-spec, whiteouts</a>
 */
public final class LayeredTree implements FileTree {

  private final Node root = new Node(LayerEntry.directory("", 0755, 0));
  private int layers;

  /** Opens a layer, to read contents from it. */
  @FunctionalInterface
  public interface LayerSource {
    LayerReader open() throws IOException;
  }

  /** Gets contents as they stand in the layers. */
  @FunctionalInterface
  public interface ContentVisitor {
    /**
     * Gets one content.
     *
     * @param names all that was asked for and is this file, as they stand in the tree
     * @param content of the file, to be read before this method ends
     */
    void visit(List<LayerEntry> names, InputStream content) throws IOException;
  }

  /** A name in the tree, with the layer that its content stands in and the entry's number there. */
  private static final class Node {
    private LayerEntry entry;
    private @Nullable LayerSource layer;
    private int layerNumber;
    private int number;
    private final TreeMap<String, Node> children = new TreeMap<>();

    Node(LayerEntry entry) {
      this.entry = entry;
    }
  }

  /**
   * Puts a layer over what there is.
   *
   * @throws BuildException when an entry stands below symbolic links that go round in a circle
   */
  public void add(LayerIndex layer, LayerSource source) {
    // Whiteouts speak of lower layers only, wherever in the layer they stand.
    for (LayerEntry entry : layer.entries()) {
      if (entry.isWhiteout()) {
        removeWhitedOut(entry);
      }
    }
    layers++;
    int number = 0;
    for (LayerEntry entry : layer.entries()) {
      if (!entry.isWhiteout() && !entry.path().isEmpty()) {
        put(entry, source, number);
      }
      number++;
    }
  }

  @Override
  public @Nullable LayerEntry find(String path) {
    Node node = node(path);
    return node == null ? null : node.entry;
  }

  @Override
  public List<LayerEntry> list(String directory) {
    List<LayerEntry> children = new ArrayList<>();
    Node node = node(directory);
    if (node != null) {
      node.children.values().forEach(child -> children.add(child.entry));
    }
    return children;
  }

  @Override
  public Content content(LayerEntry file) {
    return () -> Channels.newChannel(open(file.path()));
  }

  /** A number that two regular files have in common only where they are hard links to one file. */
  public long fileNumber(LayerEntry file) {
    Node node = node(file.path());
    if (node == null) {
      throw new IllegalArgumentException("/" + file.path() + " is not in the tree");
    }
    return ((long) node.layerNumber << 32) | node.number;
  }

  /**
   * Reads the contents of regular files of this tree. Each layer that has any is gone through once,
   * however many they are, and no further than to the last of them.
   */
  public void readAll(List<LayerEntry> files, ContentVisitor visitor) throws IOException {
    TreeMap<Long, List<LayerEntry>> wanted = new TreeMap<>();
    for (LayerEntry file : files) {
      wanted.computeIfAbsent(fileNumber(file), absent -> new ArrayList<>()).add(file);
    }
    while (!wanted.isEmpty()) {
      long layer = wanted.firstKey() >>> 32;
      SortedMap<Long, List<LayerEntry>> ofLayer = wanted.headMap((layer + 1) << 32);
      Node first = node(ofLayer.get(ofLayer.firstKey()).get(0).path());
      readLayer(first == null ? null : first.layer, ofLayer, visitor);
      ofLayer.clear();
    }
  }

  private static void readLayer(
      @Nullable LayerSource source,
      SortedMap<Long, List<LayerEntry>> wanted,
      ContentVisitor visitor)
      throws IOException {
    if (source == null) {
      throw new IllegalArgumentException("the files are not of a layer");
    }
    try (LayerReader layer = source.open()) {
      int at = -1;
      for (Map.Entry<Long, List<LayerEntry>> file : wanted.entrySet()) {
        LayerEntry entry = null;
        for (int number = file.getKey().intValue(); at < number; at++) {
          entry = layer.next();
        }
        if (entry == null || !entry.isFile()) {
          throw noContent(file.getValue().get(0).path());
        }
        visitor.visit(file.getValue(), layer.content());
      }
    }
  }

  private InputStream open(String path) throws IOException {
    Node node = node(path);
    if (node == null || node.layer == null) {
      throw new BuildException("/" + path + " is not in the image", "");
    }
    LayerReader layer = node.layer.open();
    try {
      LayerEntry entry = layer.next();
      for (int i = 0; i < node.number && entry != null; i++) {
        entry = layer.next();
      }
      if (entry != null && entry.isFile()) {
        return layer.content();
      }
      throw noContent(path);
    } catch (IOException | RuntimeException e) {
      layer.close();
      throw e;
    }
  }

  private static BuildException noContent(String path) {
    return new BuildException(
        "/" + path + " has no content in its layer", "pull or build the image again");
  }

  private @Nullable Node node(String path) {
    Node node = root;
    if (path.isEmpty()) {
      return node;
    }
    for (String name : path.split("/", -1)) {
      node = node.children.get(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private void removeWhitedOut(LayerEntry whiteout) {
    Node directory = node(TreePaths.resolve(this, TreePaths.parent(whiteout.path())));
    if (directory != null) {
      if (whiteout.name().equals(LayerEntry.OPAQUE_NAME)) {
        directory.children.clear();
      } else {
        directory.children.remove(whiteout.name().substring(LayerEntry.WHITEOUT_PREFIX.length()));
      }
    }
  }

  private void put(LayerEntry entry, LayerSource source, int number) {
    Node parent = directory(TreePaths.parent(entry.path()));
    String path = TreePaths.child(parent.entry.path(), entry.name());
    // A hard link is another name of the same file: it is listed as that file.
    Node content = entry.type() == LayerEntry.Type.HARDLINK ? linked(entry.link()) : null;
    Node node = parent.children.computeIfAbsent(entry.name(), absent -> new Node(entry));
    if (!entry.isDirectory()) {
      node.children.clear();
    }
    node.entry = (content == null ? entry : content.entry).withPath(path);
    node.layer = content == null ? source : content.layer;
    node.layerNumber = content == null ? layers : content.layerNumber;
    node.number = content == null ? number : content.number;
  }

  private @Nullable Node linked(String path) {
    Node node = node(path);
    return node != null
        ? node
        : node(TreePaths.child(TreePaths.resolve(this, TreePaths.parent(path)), name(path)));
  }

  /**
   * The directory, made where a layer has left it out because it takes it to be there. A link on
   * the way is followed, as it is when the layer is unpacked over those below.
   */
  private Node directory(String path) {
    Node node = root;
    if (path.isEmpty()) {
      return node;
    }
    for (String name : path.split("/", -1)) {
      Node child = node.children.get(name);
      if (child != null && child.entry.isSymlink()) {
        return directory(TreePaths.resolve(this, path));
      }
      if (child == null || !child.entry.isDirectory()) {
        child = new Node(LayerEntry.directory(TreePaths.child(node.entry.path(), name), 0755, 0));
        node.children.put(name, child);
      }
      node = child;
    }
    return node;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
