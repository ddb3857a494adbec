package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.MediaType;

/** How a layer's blob is compressed. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD;

  /**
   * The compression that a layer's media type tells of.
   *
   * @throws BuildException when the type is not a layer's that can be read
   */
  public static Compression ofMediaType(String mediaType) {
    return switch (mediaType) {
      case MediaType.OCI_LAYER, MediaType.DOCKER_LAYER -> NONE;
      case MediaType.OCI_LAYER_GZIP,
          MediaType.DOCKER_LAYER_GZIP,
          MediaType.DOCKER_FOREIGN_LAYER,
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" ->
          GZIP;
      case MediaType.OCI_LAYER_ZSTD, MediaType.DOCKER_LAYER_ZSTD -> ZSTD;
      default ->
          throw new BuildException(
              "a layer has the media type " + mediaType,
              "only tar layers, plain or with gzip or zstd, can be read");
    };
  }

  /** The media type of a layer that is compressed so, of OCI's or Docker's kind. */
  public String mediaType(boolean docker) {
    return switch (this) {
      case NONE -> docker ? MediaType.DOCKER_LAYER : MediaType.OCI_LAYER;
      case GZIP -> docker ? MediaType.DOCKER_LAYER_GZIP : MediaType.OCI_LAYER_GZIP;
      case ZSTD -> docker ? MediaType.DOCKER_LAYER_ZSTD : MediaType.OCI_LAYER_ZSTD;
    };
  }
}
