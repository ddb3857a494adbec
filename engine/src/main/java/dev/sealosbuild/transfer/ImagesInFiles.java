package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Images that stand in files, in one of the forms there are. */
abstract sealed class ImagesInFiles permits OciImages, DockerImages, DirectoryImage {
  private final ImageFiles files;
  private final ImageStore store;
  private final Acceptance.Check policy;

  /**
   * @param policy is asked before an image comes into the store
   */
  ImagesInFiles(ImageFiles files, ImageStore store, Acceptance.Check policy) {
    this.policy = policy;
    this.files = files;
    this.store = store;
  }

  /** Tells by the files which form it is. */
  static ImagesInFiles of(ImageFiles files, ImageTransfer transfer) {
    boolean folder = files instanceof FolderFiles;
    Acceptance.Check layout = check(folder ? "oci" : "oci-archive", files, transfer);
    // What docker saves since version 25 is both; the layout then has the layers as they are.
    if (files.has("index.json") && files.has("oci-layout")) {
      return new OciImages(files, transfer.store(), layout);
    }
    if (files.has("version") && files.has("manifest.json")) {
      return new DirectoryImage(files, transfer);
    }
    if (files.has("manifest.json")) {
      return new DockerImages(files, transfer, check("docker-archive", files, transfer));
    }
    if (files.has("index.json")) {
      return new OciImages(files, transfer.store(), layout);
    }
    throw new BuildException(
        files.path() + " holds no image: it has neither index.json nor manifest.json",
        "give what skopeo copy, podman save or docker save wrote");
  }

  /** What asks about the images of files. */
  static Acceptance.Check check(String transport, ImageFiles files, ImageTransfer transfer) {
    return transfer.acceptance().of(transport, files.path());
  }

  /** Asks about an image, or an index of which all is taken. */
  final void requireAccepted(byte[] manifest) {
    policy.require(manifest);
  }

  /** Copies a manifest or an index, which is asked about before unless only its images matter. */
  private void copyDocument(Descriptor document, boolean ask) {
    if (ask) {
      policy.require(store.has(document) ? store.read(document) : files.document(fileOf(document)));
    }
    VerifiedCopy.copy(files, fileOf(document), document, store);
  }

  ImageFiles files() {
    return files;
  }

  ImageStore store() {
    return store;
  }

  /** How many images there are. */
  abstract int count();

  /** What the image of this number is called. */
  abstract List<ImageReference> names(int number);

  /**
   * Brings an image into the store.
   *
   * @param platform the one to bring of an index; null for all that are there
   * @return the descriptor of the manifest, or of the index where all were asked for
   */
  abstract Descriptor load(int number, @Nullable Platform platform);

  /** The file that a blob is in. */
  abstract String fileOf(Descriptor blob);

  /** Copies an image or an index with what belongs to it. */
  final Descriptor copy(Descriptor top, @Nullable Platform platform) {
    copyDocument(top, platform == null || !MediaType.isIndex(top.mediaType()));
    if (!MediaType.isIndex(top.mediaType())) {
      copyImage(top);
      return top;
    }
    ImageIndex index = store.imageIndex(top);
    if (platform != null) {
      Descriptor image = index.require(files.path(), platform);
      copyDocument(image, true);
      copyImage(image);
      return image;
    }
    copyAll(index, 0);
    return top;
  }

  /** A layout may lack images of its index, as one of a single platform does. */
  private void copyAll(ImageIndex index, int depth) {
    boolean any = index.manifests().isEmpty();
    for (Descriptor image : index.manifests()) {
      if (!files.has(fileOf(image))) {
        continue;
      }
      any = true;
      copyDocument(image, true);
      if (!MediaType.isIndex(image.mediaType())) {
        copyImage(image);
      } else if (depth < 2) {
        copyAll(store.imageIndex(image), depth + 1);
      } else {
        throw new BuildException(
            files.path() + " has indexes within indexes within indexes", "do not use that image");
      }
    }
    if (!any) {
      throw new BuildException(
          files.path() + " has none of the images of its index", "make it anew");
    }
  }

  private void copyImage(Descriptor image) {
    if (!MediaType.isManifest(image.mediaType())) {
      return;
    }
    Manifest manifest = store.manifest(image);
    VerifiedCopy.copy(files, fileOf(manifest.config()), manifest.config(), store);
    for (Descriptor layer : manifest.layers()) {
      VerifiedCopy.copy(files, fileOf(layer), layer, store);
    }
  }

  /** The reference that a document has; empty where that is none. */
  static Optional<ImageReference> reference(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageReference.parse(name)).filter(found -> found.tag() != null);
    } catch (BuildException e) {
      return Optional.empty(); // another tool's name that is no image reference
    }
  }
}
