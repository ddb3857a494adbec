package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
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
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final int MAX_INDEX = 16 << 20;
  private static final int BUFFER = 256 << 10;

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
  public Descriptor load(ImageStore store, Platform platform) {
    Descriptor found = find();
    copy(store, found);
    if (MediaType.isIndex(found.mediaType())) {
      found = ImagePull.select(this, store.imageIndex(found), platform);
      copy(store, found);
    }
    Manifest manifest = store.manifest(found);
    copy(store, manifest.config());
    manifest.layers().forEach(layer -> copy(store, layer));
    return found;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return path + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  private Descriptor find() {
    List<Descriptor> images = index().manifests();
    Descriptor found = null;
    for (Descriptor image : images) {
      String name = image.annotations().getOrDefault(REF_NAME, "");
      boolean named =
          tag != null
              ? name.equals(tag) || name.endsWith(":" + tag)
              : digest != null || images.size() == 1 || name.equals("latest");
      if (named && (digest == null || digest.equals(image.digest()))) {
        found = image;
      }
    }
    if (found == null) {
      throw new BuildException(
          "the OCI layout "
              + path
              + " has no image "
              + (tag == null && digest == null ? "latest" : this),
          "give a tag or a digest that its index.json has");
    }
    return found;
  }

  private ImageIndex index() {
    try (InputStream in = Files.newInputStream(path.resolve("index.json"))) {
      byte[] bytes = in.readNBytes(MAX_INDEX + 1);
      if (bytes.length > MAX_INDEX) {
        throw new BuildException(
            path + "/index.json is longer than " + MAX_INDEX + " bytes", "give another layout");
      }
      return ImageIndex.read(bytes, MediaType.OCI_INDEX);
    } catch (NoSuchFileException e) {
      throw new BuildException(
          path + " is no OCI image layout: it has no index.json",
          "give the folder of a layout, as skopeo copy … oci:PATH writes it",
          e);
    } catch (IOException e) {
      throw new BuildException(
          "reading " + path + "/index.json failed: " + e.getMessage(), "make it readable", e);
    }
  }

  private void copy(ImageStore store, Descriptor blob) {
    if (store.has(blob)) {
      return;
    }
    Path file =
        path.resolve("blobs").resolve(blob.digest().algorithm()).resolve(blob.digest().hex());
    MessageDigest computation = blob.digest().newMessageDigest();
    try (InputStream in = Files.newInputStream(file);
        BlobWriter out = store.newBlob()) {
      byte[] buffer = new byte[BUFFER];
      long size = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        computation.update(buffer, 0, count);
        size += count;
        if (size > blob.size()) {
          break;
        }
        out.write(ByteBuffer.wrap(buffer, 0, count));
      }
      if (size != blob.size() || !blob.digest().matches(computation)) {
        throw new BuildException(
            "the blob " + blob.digest() + " of the OCI layout " + path + " is damaged",
            "make the layout anew");
      }
      out.commit(blob.digest());
    } catch (NoSuchFileException e) {
      throw new BuildException(
          "the OCI layout " + path + " has no blob " + blob.digest(), "make the layout anew", e);
    } catch (IOException e) {
      throw new BuildException(
          "copying the blob " + blob.digest() + " of " + path + " failed: " + e.getMessage(),
          "see that it is readable, and that there is room on the disk",
          e);
    }
  }
}
