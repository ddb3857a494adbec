package dev.sealosbuild.build;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayeredTree;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of an image that gets layer after layer: what was known of it stays known. One stage
 * has one.
 */
final class GrowingTree {
  private final ImageTrees trees;
  private final List<Digest> known = new ArrayList<>();
  private LayeredTree tree = new LayeredTree();

  GrowingTree(ImageTrees trees) {
    this.trees = trees;
  }

  /** The files of the image; the tree of an earlier image is of no use afterwards. */
  LayeredTree of(ImageState image) {
    List<StateLayer> layers = image.layers();
    if (!continues(layers)) {
      known.clear();
      tree = new LayeredTree();
    }
    for (StateLayer layer : layers.subList(known.size(), layers.size())) {
      tree.add(trees.index(layer), () -> trees.open(layer));
      known.add(layer.diffId());
    }
    return tree;
  }

  private boolean continues(List<StateLayer> layers) {
    if (layers.size() < known.size()) {
      return false;
    }
    for (int i = 0; i < known.size(); i++) {
      if (!layers.get(i).diffId().equals(known.get(i))) {
        return false;
      }
    }
    return true;
  }
}
