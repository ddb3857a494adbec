package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of an OCI image layout.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">OCI
 *     image-spec, image layout</a>
 */
final class OciImages extends ImagesInFiles {
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** What containerd and docker call an image in full, where the other has its tag alone. */
  private static final String FULL_NAME = "io.containerd.image.name";

  private final List<Descriptor> images;

  OciImages(ImageFiles files, ImageStore store, Acceptance.Check policy) {
    super(files, store, policy);
    if (!files.has("index.json")) {
      throw new BuildException(
          files.path() + " is no OCI image layout: it has no index.json",
          "give a layout, as skopeo copy … oci:PATH writes it");
    }
    this.images = ImageIndex.read(files.document("index.json"), MediaType.OCI_INDEX).manifests();
  }

  @Override
  int count() {
    return images.size();
  }

  @Override
  List<ImageReference> names(int number) {
    Descriptor image = images.get(number);
    String full = image.annotations().get(FULL_NAME);
    String name = image.annotations().get(REF_NAME);
    // A tag alone would be taken for the name of an image.
    boolean isName = name != null && (name.contains("/") || name.contains(":"));
    return reference(full != null ? full : isName ? name : null).stream().toList();
  }

  @Override
  Descriptor load(int number, @Nullable Platform platform) {
    return copy(plain(images.get(number)), platform);
  }

  /**
   * The number of an image.
   *
   * @param name what the index calls it, in full or its tag; null for the only one, or {@code
   *     latest}
   * @param digest of its manifest or index; null for any
   * @throws BuildException when there is none
   */
  int find(@Nullable String name, @Nullable Digest digest) {
    int found = -1;
    for (int i = 0; i < images.size(); i++) {
      if (isNamed(images.get(i), name, digest)
          && (digest == null || digest.equals(images.get(i).digest()))) {
        found = i;
      }
    }
    if (found < 0) {
      throw new BuildException(
          "the OCI layout "
              + files().path()
              + " has no image "
              + (name != null ? name : digest != null ? digest : "latest"),
          "give a name or a digest that its index.json has");
    }
    return found;
  }

  private boolean isNamed(Descriptor image, @Nullable String name, @Nullable Digest digest) {
    String known = image.annotations().getOrDefault(REF_NAME, "");
    if (name == null) {
      return digest != null || images.size() == 1 || known.equals("latest");
    }
    return known.equals(name)
        || name.equals(image.annotations().get(FULL_NAME))
        || known.endsWith(":" + name)
        || reference(name).filter(wanted -> wanted.toString().equals(known)).isPresent();
  }

  @Override
  String fileOf(Descriptor blob) {
    return "blobs/" + blob.digest().algorithm() + "/" + blob.digest().hex();
  }

  /** Without what the index says of it: the store has names of its own. */
  private static Descriptor plain(Descriptor image) {
    return new Descriptor(image.mediaType(), image.digest(), image.size())
        .withPlatform(image.platform());
  }
}
