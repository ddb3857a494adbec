package dev.sealosbuild.layer;

import dev.sealosbuild.image.Descriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Annotations of a layer that tell where in its blob a table of contents is. They hold for that
 * blob alone: those that go with another one would have readers refuse it.
 *
 * @see <a
 *     href="https://github.com/containers/storage/blob/main/docs/containers-storage-zstd-chunked.md">
 *     containers/storage, zstd:chunked</a>
 */
public final class ChunkedAnnotations {
  static final String PREFIX = "io.github.containers.zstd-chunked.";

  /** Those of zstd:chunked, and of eStargz, which does the same in gzip. */
  private static final List<String> OF_A_BLOB =
      List.of(PREFIX, "containerd.io/snapshot/stargz/", "io.containers.estargz.");

  private ChunkedAnnotations() {}

  /** Whether the layer is one of zstd:chunked. */
  public static boolean tellOfContents(Descriptor layer) {
    return layer.annotations().containsKey(PREFIX + "manifest-checksum");
  }

  /** The annotations that hold for another blob of the same layer as well. */
  public static Map<String, String> withoutContents(Map<String, String> annotations) {
    Map<String, String> others = new LinkedHashMap<>(annotations);
    others.keySet().removeIf(key -> OF_A_BLOB.stream().anyMatch(key::startsWith));
    return others;
  }
}
