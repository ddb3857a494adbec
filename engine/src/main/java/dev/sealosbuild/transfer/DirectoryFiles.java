package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An image as the files of a folder, as {@code dir:PATH} has them. */
final class DirectoryFiles {
  private static final byte[] VERSION =
      "Directory Transport Version: 1.1\n".getBytes(StandardCharsets.UTF_8);

  private DirectoryFiles() {}

  /** Writes an image, or an index with all of its images. */
  static void write(Descriptor image, Path folder, ImageTransfer transfer) {
    transfer.fetchAll(image);
    FileSet set = new FileSet();
    set.add(DirectoryImage.VERSION, VERSION);
    set.add(DirectoryImage.MANIFEST, transfer.store().read(image));
    try {
      addParts(image, set, transfer.store(), new IndexWalk(), 0);
    } catch (IOException e) {
      throw StoreFailure.of("reading the image " + image.digest(), e);
    }
    set.writeFolder(folder, DirectoryImage.MANIFEST);
  }

  private static void addParts(
      Descriptor image, FileSet set, ImageStore store, IndexWalk walk, int depth)
      throws IOException {
    if (!walk.enter(image, depth)) {
      return;
    }
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        set.add(child.digest().hex() + ".manifest.json", store.read(child));
        addParts(child, set, store, walk, depth + 1);
      }
    } else if (MediaType.isManifest(image.mediaType())) {
      Manifest manifest = store.manifest(image);
      add(manifest.config(), set, store);
      for (Descriptor layer : manifest.layers()) {
        add(layer, set, store);
      }
    }
  }

  private static void add(Descriptor blob, FileSet set, ImageStore store) throws IOException {
    set.add(blob.digest().hex(), store.blobPath(blob.digest()));
  }
}
