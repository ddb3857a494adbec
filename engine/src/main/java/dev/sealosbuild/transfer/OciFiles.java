package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images as the files of an OCI image layout. */
final class OciFiles {
  private static final String INDEX = "index.json";

  private final ImageTransfer transfer;
  private final ImageStore store;
  private final FileSet set = new FileSet();
  private final List<Descriptor> images = new ArrayList<>();

  OciFiles(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
    set.add("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
  }

  /** The names as the index has them; one that is null for an image without any. */
  static List<@Nullable String> names(List<ImageReference> names) {
    List<@Nullable String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(name.toString()));
    if (texts.isEmpty()) {
      texts.add(null);
    }
    return texts;
  }

  /** Adds an image or an index with all of its images. */
  void add(Descriptor image, @Nullable String name) {
    images.add(named(image, name));
    transfer.fetchAll(image);
    addBlobs(image, new IndexWalk(), 0);
  }

  /** The files. */
  FileSet set() {
    writeIndex();
    return set;
  }

  /**
   * Adds the image to a layout, which is made where there is none; its name is taken from others.
   */
  void writeFolder(Descriptor image, @Nullable String name, Path folder) {
    if (Files.exists(folder.resolve(INDEX))) {
      byte[] bytes = new FolderFiles(folder).document(INDEX);
      images.addAll(ImageIndex.read(bytes, MediaType.OCI_INDEX).manifests());
      images.removeIf(
          other ->
              name == null
                  ? other.digest().equals(image.digest())
                  : name.equals(other.annotations().get(OciImages.REF_NAME)));
    }
    add(image, name);
    writeIndex();
    set.writeFolder(folder, INDEX);
  }

  private void writeIndex() {
    set.add(INDEX, ImageIndex.of(MediaType.OCI_INDEX, images, Map.of()).bytes());
  }

  private void addBlobs(Descriptor image, IndexWalk walk, int depth) {
    if (!walk.enter(image, depth)) {
      return;
    }
    addBlob(image);
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        addBlobs(child, walk, depth + 1);
      }
    } else if (MediaType.isManifest(image.mediaType())) {
      Manifest manifest = store.manifest(image);
      addBlob(manifest.config());
      manifest.layers().forEach(this::addBlob);
    }
  }

  private void addBlob(Descriptor blob) {
    String name = "blobs/" + blob.digest().algorithm() + "/" + blob.digest().hex();
    if (!set.has(name)) {
      try {
        set.add(name, store.blobPath(blob.digest()));
      } catch (IOException e) {
        throw StoreFailure.of("reading the blob " + blob.digest(), e);
      }
    }
  }

  private static Descriptor named(Descriptor image, @Nullable String name) {
    return image.withAnnotations(name == null ? Map.of() : Map.of(OciImages.REF_NAME, name));
  }
}
