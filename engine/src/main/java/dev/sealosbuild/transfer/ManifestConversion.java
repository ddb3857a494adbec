package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.layer.ChunkedAnnotations;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.store.ImageStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a manifest of the other format, or with layers of another compression, of an image. The
 * configuration stays as it is, so that the image's ID does.
 *
 * <p>What is no image, such as a Helm chart or what BuildKit says of how an image was made, stays
 * as it is; an index says of which image it speaks then.
 */
public final class ManifestConversion {
  /** Of a descriptor of BuildKit's attestations: the digest of the image's manifest. */
  private static final String REFERENCE = "vnd.docker.reference.digest";

  private final ImageStore store;
  private final LayerConversion layers;

  public ManifestConversion(ImageTransfer transfer) {
    this.store = transfer.store();
    this.layers = new LayerConversion(transfer);
  }

  /**
   * What is wanted of the new manifest.
   *
   * @param docker whether it is to be Docker's format; null for the one it has, or OCI's where
   *     Docker's does not know the compression
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
   * Converts an image, or all images of an index. Their manifests and configurations must be in the
   * store; layers are fetched where they are compressed anew.
   *
   * @return the new descriptor; that of the image itself where it is as wanted
   * @throws BuildException when a manifest is not here, or a layer is of a kind that is not read
   */
  public Descriptor convert(Descriptor image, Wish wish) {
    if (wish.isNothing()) {
      return image;
    }
    return convert(image, wish, 0);
  }

  private Descriptor convert(Descriptor image, Wish wish, int depth) {
    IndexWalk.checkDepth(image, depth);
    if (MediaType.isIndex(image.mediaType())) {
      return index(image, wish, depth);
    }
    return MediaType.isManifest(image.mediaType()) ? manifest(image, wish) : image;
  }

  private Descriptor index(Descriptor image, Wish wish, int depth) {
    ImageIndex index = store.imageIndex(image);
    Map<Digest, Descriptor> converted = new LinkedHashMap<>();
    for (Descriptor child : index.manifests()) {
      if (!converted.containsKey(child.digest())) {
        converted.put(child.digest(), convert(child, wish, depth + 1));
      }
    }
    Map<String, String> digests = new HashMap<>();
    converted.forEach((old, made) -> digests.put(old.toString(), made.digest().toString()));
    boolean same = digests.entrySet().stream().allMatch(e -> e.getKey().equals(e.getValue()));
    List<Descriptor> children = new ArrayList<>();
    for (Descriptor child : index.manifests()) {
      Descriptor made = Objects.requireNonNull(converted.get(child.digest()));
      Map<String, String> annotations = new LinkedHashMap<>(child.annotations());
      annotations.computeIfPresent(REFERENCE, (key, old) -> digests.getOrDefault(old, old));
      children.add(
          new Descriptor(
              made.mediaType(),
              made.digest(),
              made.size(),
              annotations,
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
    if (!isImage(manifest)) {
      return image;
    }
    boolean docker = wanted(wish, manifest.mediaType());
    List<Descriptor> blobs = new ArrayList<>();
    List<Digest> diffIds = store.config(manifest).diffIds();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Descriptor layer = manifest.layers().get(i);
      Descriptor blob =
          diffIds.size() <= i || isAsWanted(layer, wish)
              ? layer
              : recompressed(layer, diffIds.get(i), Objects.requireNonNull(wish.compression()));
      blobs.add(inFormat(blob, docker));
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
            docker ? Map.of() : manifest.annotations(),
            docker ? null : manifest.subject(),
            docker ? null : manifest.artifactType());
    store.put(made.bytes(), made.digest());
    return made.descriptor().withPlatform(image.platform());
  }

  private static boolean isAsWanted(Descriptor layer, Wish wish) {
    LayerCompression to = wish.compression();
    return to == null
        || (!wish.force()
            && to.kind() == Compression.ofMediaType(layer.mediaType())
            && (!to.chunked() || ChunkedAnnotations.tellOfContents(layer)));
  }

  /** The layer in another blob, with those annotations that do not tell of the old one. */
  private Descriptor recompressed(Descriptor layer, Digest diffId, LayerCompression to) {
    Descriptor blob = layers.recompress(layer, diffId, to);
    Map<String, String> annotations =
        new LinkedHashMap<>(ChunkedAnnotations.withoutContents(layer.annotations()));
    annotations.putAll(blob.annotations());
    return blob.withAnnotations(annotations);
  }

  /** A layer as a manifest of OCI's or Docker's format has it, the latter without annotations. */
  public static Descriptor inFormat(Descriptor layer, boolean docker) {
    String type = Compression.ofMediaType(layer.mediaType()).mediaType(docker);
    Descriptor blob = layer.withMediaType(type);
    return docker ? blob.withAnnotations(Map.of()) : blob;
  }

  /** Artifacts have a configuration of another type, or content that is no file system. */
  private static boolean isImage(Manifest manifest) {
    String config = manifest.config().mediaType();
    return (config.equals(MediaType.OCI_CONFIG) || config.equals(MediaType.DOCKER_CONFIG))
        && manifest.layers().stream()
            .map(Descriptor::mediaType)
            .allMatch(
                type ->
                    type.startsWith("application/vnd.oci.image.layer.")
                        || type.startsWith("application/vnd.docker.image.rootfs."));
  }

  private static boolean same(List<Descriptor> some, List<Descriptor> others) {
    for (int i = 0; i < some.size(); i++) {
      Descriptor one = some.get(i);
      if (!one.digest().equals(others.get(i).digest())
          || !one.annotations().equals(others.get(i).annotations())) {
        return false;
      }
    }
    return true;
  }

  private static boolean wanted(Wish wish, String mediaType) {
    if (wish.docker() != null) {
      return wish.docker();
    }
    boolean zstd = wish.compression() != null && wish.compression().kind() == Compression.ZSTD;
    return MediaType.isDocker(mediaType) && !zstd;
  }
}
