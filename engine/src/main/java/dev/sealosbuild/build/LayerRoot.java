package dev.sealosbuild.build;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopyScan;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.copy.LayeredScan;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.store.TemporaryFolder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a stage or of an image to copy from; its layers are looked into when needed. */
final class LayerRoot implements CopyRoot {
  private final ImageTrees trees;
  private final ImageState image;
  private final String description;
  private final TemporaryFolder temporary;
  private @Nullable LayeredTree files;

  LayerRoot(ImageTrees trees, ImageState image, String description, TemporaryFolder temporary) {
    this.trees = trees;
    this.image = image;
    this.description = description;
    this.temporary = temporary;
  }

  @Override
  public FileTree files() {
    return tree();
  }

  @Override
  public boolean isLeftOut(String path, boolean directory) {
    return false;
  }

  @Override
  public String ignoreFile() {
    return "";
  }

  @Override
  public CopyScan scan(String path, PathFilter excludes) {
    LayerEntry top = tree().find(path);
    List<LayerEntry> entries =
        top == null || top.isDirectory() ? LayeredScan.below(tree(), path, excludes) : List.of(top);
    return new LayeredScan(tree(), path, entries, temporary);
  }

  @Override
  public String identity() {
    InstructionKey key = new InstructionKey();
    for (StateLayer layer : image.layers()) {
      key.add(layer.diffId().hex());
    }
    Digest digest = key.digest();
    return digest.hex();
  }

  @Override
  public String description() {
    return description;
  }

  /**
   * The one layer that alone has what is at a path, with all that is below; null where several have
   * a part in it.
   */
  @Nullable StateLayer layerOf(String path) {
    String below = path.isEmpty() ? "" : path + "/";
    StateLayer only = null;
    for (StateLayer layer : image.layers()) {
      boolean has = false;
      for (LayerEntry entry : trees.index(layer).entries()) {
        boolean within = entry.path().startsWith(below) || entry.path().equals(path);
        if (within && (entry.isWhiteout() || only != null)) {
          return null;
        }
        has |= within;
      }
      only = has ? layer : only;
    }
    return only;
  }

  private LayeredTree tree() {
    LayeredTree known = files;
    if (known == null) {
      known = trees.of(image);
      files = known;
    }
    return known;
  }
}
