package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
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
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Node root = new Node(LayerEntry.directory("", 0755, 0), null, "");

  /** Opens a layer, to read contents from it. */
  @FunctionalInterface
  public interface LayerSource {
    LayerReader open() throws IOException;
  }

  /** A name in the tree, with the layer and the path there that its content stands at. */
  private static final class Node {
    private LayerEntry entry;
    private @Nullable LayerSource layer;
    private String contentPath;
    private final TreeMap<String, Node> children = new TreeMap<>();

    Node(LayerEntry entry, @Nullable LayerSource layer, String contentPath) {
      this.entry = entry;
      this.layer = layer;
      this.contentPath = contentPath;
    }
  }

  /** Puts a layer over what there is. */
  public void add(LayerIndex layer, LayerSource source) {
    // Whiteouts speak of lower layers only, wherever in the layer they stand.
    for (LayerEntry entry : layer.entries()) {
      if (entry.name().startsWith(WHITEOUT)) {
        removeWhitedOut(entry);
      }
    }
    for (LayerEntry entry : layer.entries()) {
      if (!entry.name().startsWith(WHITEOUT) && !entry.path().isEmpty()) {
        put(entry, source);
      }
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

  private InputStream open(String path) throws IOException {
    Node node = node(path);
    if (node == null || node.layer == null) {
      throw new BuildException("/" + path + " is not in the image", "");
    }
    LayerReader layer = node.layer.open();
    for (LayerEntry entry = layer.next(); entry != null; entry = layer.next()) {
      if (entry.path().equals(node.contentPath) && entry.isFile()) {
        return layer.content();
      }
    }
    layer.close();
    throw new BuildException(
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
    Node directory = node(TreePaths.parent(whiteout.path()));
    if (directory != null) {
      if (whiteout.name().equals(OPAQUE)) {
        directory.children.clear();
      } else {
        directory.children.remove(whiteout.name().substring(WHITEOUT.length()));
      }
    }
  }

  private void put(LayerEntry entry, LayerSource source) {
    Node parent = directory(TreePaths.parent(entry.path()), source);
    LayerEntry listed = entry;
    Node content = null;
    if (entry.type() == LayerEntry.Type.HARDLINK) {
      // A hard link is another name of the same file: it is listed as that file.
      content = node(entry.link());
      listed = content == null ? entry : content.entry.withPath(entry.path());
    }
    Node node = parent.children.get(entry.name());
    if (node == null) {
      node = new Node(listed, source, entry.path());
      parent.children.put(entry.name(), node);
    } else if (!entry.isDirectory()) {
      node.children.clear();
    }
    node.entry = listed;
    node.layer = content == null ? source : content.layer;
    node.contentPath = content == null ? entry.path() : content.contentPath;
  }

  /** The directory, made where a layer has left it out because it takes it to be there. */
  private Node directory(String path, LayerSource source) {
    if (path.isEmpty()) {
      return root;
    }
    Node parent = directory(TreePaths.parent(path), source);
    String name = path.substring(path.lastIndexOf('/') + 1);
    return parent.children.computeIfAbsent(
        name, absent -> new Node(LayerEntry.directory(path, 0755, 0), source, path));
  }
}
