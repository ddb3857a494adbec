package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.store.ImageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a manifest of the other format, or with layers of another compression, of an image. The
 * configuration stays as it is, so that the image's ID does.
 */
public final class ManifestConversion {
  private final ImageStore store;
  private final LayerConversion layers;

  public ManifestConversion(ImageTransfer transfer) {
    this.store = transfer.store();
    this.layers = new LayerConversion(transfer);
  }

  /**
   * What is wanted of the new manifest.
   *
   * @param docker whether it is to be Docker's format; null for the one it has
   * @param compression of the layers; null for what they have
   * @param force whether layers that are of that compression are compressed anew as well
   */
  public record Wish(
      @Nullable Boolean docker, @Nullable LayerCompression compression, boolean force) {
    /** Another format, and the same layers. */
    public static Wish inFormat(boolean docker) {
      return new Wish(docker, null, false);
    }

    /** Whether nothing is wanted. */
    public boolean isNothing() {
      return docker == null && compression == null;
    }
  }

  /**
   * Converts an image, or all images of an index that are in the store.
   *
   * @return the new descriptor; that of the image itself where it is as wanted
   */
  public Descriptor convert(Descriptor image, Wish wish) {
    if (wish.isNothing()) {
      return image;
    }
    if (MediaType.isIndex(image.mediaType())) {
      return index(image, wish);
    }
    return MediaType.isManifest(image.mediaType()) ? manifest(image, wish) : image;
  }

  private Descriptor index(Descriptor image, Wish wish) {
    ImageIndex index = store.imageIndex(image);
    List<Descriptor> children = new ArrayList<>();
    boolean same = true;
    for (Descriptor child : index.manifests()) {
      Descriptor converted = convert(child, wish);
      same &= converted.digest().equals(child.digest());
      children.add(
          new Descriptor(
              converted.mediaType(),
              converted.digest(),
              converted.size(),
              child.annotations(),
              child.platform(),
              child.urls(),
              child.artifactType()));
    }
    boolean docker = wanted(wish, index.mediaType());
    String type = docker ? MediaType.DOCKER_MANIFEST_LIST : MediaType.OCI_INDEX;
    if (same && type.equals(index.mediaType())) {
      return image;
    }
    ImageIndex made = ImageIndex.of(type, children, docker ? Map.of() : index.annotations());
    store.put(made.bytes(), made.digest());
    return made.descriptor();
  }

  private Descriptor manifest(Descriptor image, Wish wish) {
    Manifest manifest = store.manifest(image);
    boolean docker = wanted(wish, manifest.mediaType());
    List<Descriptor> blobs = new ArrayList<>();
    List<Digest> diffIds = store.config(manifest).diffIds();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      Compression has = Compression.ofMediaType(layer.mediaType());
      LayerCompression to = wish.compression();
      Descriptor blob =
          to == null || (has == to.kind() && !wish.force()) || diffIds.size() <= i
              ? layer
              : layers.recompress(layer, diffIds.get(i), to);
      blobs.add(blob.withMediaType(Compression.ofMediaType(blob.mediaType()).mediaType(docker)));
    }
    String type = docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST;
    if (type.equals(manifest.mediaType()) && same(blobs, manifest.layers())) {
      return image;
    }
    Manifest made =
        Manifest.of(
            type,
            manifest
                .config()
                .withMediaType(docker ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG),
            blobs,
            docker ? Map.of() : manifest.annotations());
    store.put(made.bytes(), made.digest());
    return made.descriptor().withPlatform(image.platform());
  }

  private static boolean same(List<Descriptor> some, List<Descriptor> others) {
    for (int i = 0; i < some.size(); i++) {
      if (!some.get(i).digest().equals(others.get(i).digest())) {
        return false;
      }
    }
    return true;
  }

  private static boolean wanted(Wish wish, String mediaType) {
    return wish.docker() != null ? wish.docker() : MediaType.isDocker(mediaType);
  }
}
