package dev.sealosbuild.build;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a build made.
 *
 * @param imageId digest of the configuration, as {@code --iidfile} gets it
 * @param manifest descriptor of the image's manifest; its digest is what a registry answers
 * @param platform that the image is for
 * @param tags names that it has now
 * @param pushed names that a registry has now
 * @param layers base first
 * @param size of manifest, configuration and layers in bytes
 * @param contextCommit the id of the git commit that the build context was; null where it was none
 */
public record BuildResult(
    Digest imageId,
    Descriptor manifest,
    Platform platform,
    List<ImageReference> tags,
    List<ImageReference> pushed,
    List<BuiltLayer> layers,
    long size,
    @Nullable String contextCommit) {

  public BuildResult {
    tags = List.copyOf(tags);
    pushed = List.copyOf(pushed);
    layers = List.copyOf(layers);
  }

  /**
   * A layer of the image.
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
