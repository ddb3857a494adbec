package dev.sealosbuild.build;

import dev.sealosbuild.signing.ImageSigner;
import org.jspecify.annotations.Nullable;

/**
 * How what is pushed is vouched for.
 *
 * @param signer signs every image and index that is pushed, and what is attached to them; null for
 *     no signature
 * @param provenance what is told of how the images were made
 * @param sbom whether each image gets a list of what is in it
 * @param version of the engine, that these documents name
 */
public record ReleaseOptions(
    @Nullable ImageSigner signer, Provenance provenance, boolean sbom, String version) {
  /** Nothing is signed or attached. */
  public static final ReleaseOptions NONE = new ReleaseOptions(null, Provenance.NONE, false, "");

  /** How much is told of how an image was made. */
  public enum Provenance {
    /** Nothing. */
    NONE,
    /** What went in and which stage was built, without the values of arguments and options. */
    MIN,
    /** Arguments and options as well, less those whose names promise a secret. */
    MAX
  }

  /** Whether something is attached to images. */
  boolean attaches() {
    return provenance != Provenance.NONE || sbom;
  }

  /** Whether there is nothing to be done. */
  boolean isNone() {
    return signer == null && !attaches();
  }
}
