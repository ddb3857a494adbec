package dev.sealosbuild.registry;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The addresses of the distribution protocol.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#endpoints">OCI
 *     distribution-spec, endpoints</a>
 */
final class Paths {
  private Paths() {}

  static String manifest(ImageReference image) {
    return "/v2/" + image.repository() + "/manifests/" + image.tagOrDigest();
  }

  static String blob(ImageReference repository, Digest blob) {
    return "/v2/" + repository.repository() + "/blobs/" + blob;
  }

  static String uploads(ImageReference repository) {
    return "/v2/" + repository.repository() + "/blobs/uploads/";
  }

  static String mount(ImageReference target, Digest blob, String source) {
    return uploads(target) + "?mount=" + encoded(blob.toString()) + "&from=" + encoded(source);
  }

  /** The address that an upload was given, with the digest of what was uploaded. */
  static String withDigest(String upload, Digest digest) {
    return upload + (upload.indexOf('?') < 0 ? '?' : '&') + "digest=" + encoded(digest.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
