package dev.sealosbuild.cache;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;

/** Makes sure that layers which were made elsewhere are what they are said to be. */
final class LayerCheck {
  private static final int BUFFER = 256 << 10;

  private LayerCheck() {}

  /**
   * Copies a blob into a store.
   *
   * @throws BuildException when its bytes have another digest
   */
  static void copy(InputStream in, Descriptor blob, ImageStore to) throws IOException {
    MessageDigest digest = blob.digest().newMessageDigest();
    byte[] buffer = new byte[BUFFER];
    try (BlobWriter out = to.newBlob()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        out.write(ByteBuffer.wrap(buffer, 0, count));
      }
      if (!blob.digest().matches(digest)) {
        throw damaged(blob, "its bytes have another digest");
      }
      out.commit(blob.digest());
    }
  }

  /**
   * Reads a layer of the store.
   *
   * @param diffId what its digest without compression has to be
   * @throws BuildException when it is another
   */
  static void check(ImageStore store, Descriptor layer, Digest diffId) {
    MessageDigest digest = diffId.newMessageDigest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream blob = Files.newInputStream(store.blobPath(layer.digest()));
        InputStream plain =
            LayerReader.decompress(blob, Compression.ofMediaType(layer.mediaType()))) {
      for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new BuildException(
          "the cached layer " + layer.digest() + " cannot be read: " + e.getMessage(),
          "remove it from the cache",
          e);
    }
    if (!diffId.matches(digest)) {
      throw damaged(layer, "it is not the layer " + diffId + " that it is kept as");
    }
  }

  private static BuildException damaged(Descriptor blob, String why) {
    return new BuildException(
        "the cached layer " + blob.digest() + " is damaged: " + why, "remove it from the cache");
  }
}
