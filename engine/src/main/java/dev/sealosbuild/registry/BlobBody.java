package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A blob as the body of a request.
 *
 * @param what is being done, for messages
 * @param length of the blob, in bytes
 * @param source read anew for every attempt
 */
record BlobBody(String what, long length, BlobSource source) implements HttpRequest.Body {
  private static final int PIECE = 128 << 10;

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, length))];
    try (InputStream in = open()) {
      long left = length;
      while (left > 0) {
        int count = read(in, piece, (int) Math.min(piece.length, left));
        if (count < 0) {
          throw new BuildException(
              what + ": " + left + " bytes are missing from its end where it is kept",
              "look whether something else changes the image store");
        }
        out.write(piece, 0, count);
        left -= count;
      }
    }
  }

  private InputStream open() {
    try {
      return source.open();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private int read(InputStream in, byte[] piece, int length) {
    try {
      return in.read(piece, 0, length);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Not an IOException, which would look like a failure of the connection. */
  private BuildException unreadable(IOException e) {
    return new BuildException(
        what + ": it cannot be read where it is kept: " + e.getMessage(), "check the disk", e);
  }
}
