package dev.sealosbuild.build;

import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.transfer.ImageSigning;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a build made.
 *
 * @param imageId as {@code --iidfile} gets it: the digest of the configuration, or of the index
 *     where several platforms were asked for
 * @param manifest descriptor of the image's manifest, or of the index; its digest is what a
 *     registry answers
 * @param images one a platform, in the order in which they were asked for; never empty
 * @param tags names that it has now
 * @param pushed names that a registry has now
 * @param bases images that the build took something from, with what their names stood for; each
 *     name and platform once, in the order of the names
 * @param savedImages that the images carry along for a cluster
 * @param contextCommit the id of the git commit that the build context was; null where it was none
 * @param signatures of the images and indexes that were pushed
 * @param provenance how the images were made, a SLSA v1 predicate; null where it was not asked for
 */
public record BuildResult(
    Digest imageId,
    Descriptor manifest,
    List<BuiltImage> images,
    List<ImageReference> tags,
    List<ImageReference> pushed,
    List<Base> bases,
    List<SavedImage> savedImages,
    @Nullable String contextCommit,
    List<ImageSigning.Signature> signatures,
    @Nullable Map<String, @Nullable Object> provenance) {

  public BuildResult {
    images = List.copyOf(images);
    tags = List.copyOf(tags);
    pushed = List.copyOf(pushed);
    bases = List.copyOf(bases);
    savedImages = List.copyOf(savedImages);
    signatures = List.copyOf(signatures);
  }

  /** Manifest, configuration and layers of all images, in bytes. */
  public long size() {
    return images.stream().mapToLong(BuiltImage::size).sum();
  }

  /**
   * An image that the build took something from.
   *
   * @param name as it was looked for, in full
   * @param platform that it was looked for for
   * @param digest of its manifest
   */
  public record Base(String name, Platform platform, Digest digest) {}

  /**
   * The image of a platform.
   *
   * @param imageId digest of its configuration
   * @param manifest with its platform
   * @param layers base first
   * @param size of manifest, configuration and layers in bytes
   */
  public record BuiltImage(
      Platform platform, Digest imageId, Descriptor manifest, List<BuiltLayer> layers, long size) {
    public BuiltImage {
      layers = List.copyOf(layers);
    }
  }

  /**
   * A layer of an image.
   *
   * @param descriptor of the blob
   * @param diffId digest of the uncompressed layer
   * @param instruction that made it; empty for a layer of the base
   * @param cached whether an earlier build had made it
   * @param time that it took
   */
  public record BuiltLayer(
      Descriptor descriptor, Digest diffId, String instruction, boolean cached, Duration time) {}
}
