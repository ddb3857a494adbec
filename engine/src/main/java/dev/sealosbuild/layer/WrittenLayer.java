package dev.sealosbuild.layer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of writing a layer.
 *
 * @param diffId digest of the tar archive before compression
 * @param digest of the blob
 * @param size of the blob in bytes
 * @param compression of the blob
 * @param annotations that its descriptor must have: where the table of contents of zstd:chunked is
 * @param unclear why the layer has no such table although one was asked for; null where not
 */
public record WrittenLayer(
    Digest diffId,
    Digest digest,
    long size,
    Compression compression,
    Map<String, String> annotations,
    @Nullable String unclear) {

  /** What refers to the blob, of OCI's kind whatever the image's format. */
  public Descriptor descriptor() {
    return new Descriptor(compression.mediaType(false), digest, size).withAnnotations(annotations);
  }
}
