package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.LayerFetcher;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What is in the layers of an image: each layer is read once to list its entries, and the list is
 * kept in the store.
 */
final class ImageTrees {
  private final ImageStore store;
  private final LayerFetcher layers;

  ImageTrees(ImageStore store, LayerFetcher layers) {
    this.store = store;
    this.layers = layers;
  }

  /** The file tree that the layers of the image come to. */
  LayeredTree of(ImageState image) {
    return of(image.layers());
  }

  /** The file tree that these layers come to. */
  LayeredTree of(List<StateLayer> layersOfImage) {
    LayeredTree tree = new LayeredTree();
    for (StateLayer layer : layersOfImage) {
      tree.add(index(layer), () -> open(layer));
    }
    return tree;
  }

  /** Keeps the list of a layer that was just written. */
  void keep(Digest diffId, LayerIndex index) {
    keep(diffId, index.toBytes());
  }

  /** As {@link #keep(Digest, LayerIndex)}, of the list's bytes. */
  void keep(Digest diffId, byte[] index) {
    store.trees().put(diffId.hex(), index);
  }

  /** The entries of a layer. */
  LayerIndex index(StateLayer layer) {
    Optional<LayerIndex> kept =
        store.trees().get(layer.diffId().hex()).flatMap(LayerIndex::ofBytes);
    if (kept.isPresent()) {
      return kept.get();
    }
    try (LayerReader reader = open(layer)) {
      LayerIndex index = LayerIndex.read(reader);
      keep(layer.diffId(), index);
      return index;
    } catch (IOException e) {
      throw new BuildException(
          "reading the layer " + layer.blob().digest() + " failed: " + e.getMessage(),
          "pull or build the image again",
          e);
    }
  }

  /** The layer itself, fetched first where it is not in the store. */
  LayerReader open(StateLayer layer) throws IOException {
    return LayerReader.open(
        layers.open(layer.blob()), Compression.ofMediaType(layer.blob().mediaType()));
  }
}
