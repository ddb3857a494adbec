package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;

/** Copies blobs into a store, and no byte that is not what the digest says. */
final class VerifiedCopy {
  private static final int BUFFER = 256 << 10;

  private VerifiedCopy() {}

  /**
   * Copies a file that is a blob; nothing happens where the store has it.
   *
   * @throws BuildException when it is not there, or not what its digest says
   */
  static void copy(ImageFiles files, String name, Descriptor blob, ImageStore store) {
    if (store.has(blob)) {
      return;
    }
    MessageDigest computation = blob.digest().newMessageDigest();
    try (InputStream in = files.open(name);
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
            "the blob " + blob.digest() + " of " + files.path() + " is damaged", "make it anew");
      }
      out.commit(blob.digest());
    } catch (NoSuchFileException e) {
      throw new BuildException(
          files.path() + " has no blob " + blob.digest(),
          "make it anew, with all of its images",
          e);
    } catch (IOException e) {
      throw new BuildException(
          "copying the blob "
              + blob.digest()
              + " of "
              + files.path()
              + " failed: "
              + e.getMessage(),
          "see that it is readable, and that there is room on the disk",
          e);
    }
  }
}
