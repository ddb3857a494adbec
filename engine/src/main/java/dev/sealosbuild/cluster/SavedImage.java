package dev.sealosbuild.cluster;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Platform;

/**
 * An image that was saved.
 *
 * @param image as it was found
 * @param digest of what its name stands for: a manifest, or an index
 * @param platform that it was saved for
 * @param saved the digest of the manifest that its tag leads to in the saved registry
 * @param size of its manifests, configurations and layers in bytes
 * @param state where it came from
 */
public record SavedImage(
    FoundImage image, Digest digest, Platform platform, Digest saved, long size, State state) {

  /** Where an image came from. */
  public enum State {
    /** All of it was in the store. */
    STORED,
    /** Some of it was fetched. */
    PULLED
  }
}
