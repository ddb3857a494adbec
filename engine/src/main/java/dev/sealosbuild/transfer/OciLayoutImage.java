package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image of an OCI image layout: {@code PATH[:TAG][@DIGEST]}.
 *
 * @param tag what the layout's index calls it; null for the one image that it has, or {@code
 *     latest}
 * @param digest of its manifest or index; null for any
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">OCI
 *     image-spec, image layout</a>
 */
public record OciLayoutImage(Path path, @Nullable String tag, @Nullable Digest digest) {
  /**
   * Takes a reference apart.
   *
   * @throws BuildException when the digest is none
   */
  public static OciLayoutImage of(String reference) {
    int at = reference.lastIndexOf('@');
    Digest digest = at < 0 ? null : Digest.parse(reference.substring(at + 1));
    String rest = at < 0 ? reference : reference.substring(0, at);
    int colon = rest.lastIndexOf(':');
    boolean tagged = colon > rest.lastIndexOf('/');
    String path = tagged ? rest.substring(0, colon) : rest;
    if (path.isEmpty() || (tagged && colon == rest.length() - 1)) {
      throw new BuildException(
          "\"oci-layout://" + reference + "\" is no image of a layout",
          "write it as oci-layout://PATH[:TAG][@DIGEST]");
    }
    return new OciLayoutImage(Path.of(path), tagged ? rest.substring(colon + 1) : null, digest);
  }

  /**
   * Copies the image for a platform into the store.
   *
   * @return the descriptor of its manifest
   * @throws BuildException when the layout has no such image, or a blob is not what its digest says
   */
  public Descriptor load(ImageTransfer transfer, Platform platform) {
    if (!Files.isDirectory(path)) {
      throw new BuildException(
          path + " is no OCI image layout: it is no folder",
          "give the folder of a layout, as skopeo copy … oci:PATH writes it");
    }
    FolderFiles files = new FolderFiles(path);
    OciImages images =
        new OciImages(files, transfer.store(), ImagesInFiles.check("oci", files, transfer));
    return images.load(images.find(tag, digest), platform);
  }

  /** As it was written. */
  @Override
  public String toString() {
    return path + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
