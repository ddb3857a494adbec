package dev.sealosbuild.registry;

import dev.sealosbuild.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** A blob on its way from a registry, which ends only if it was the one that was asked for. */
final class VerifiedBlob extends InputStream {
  private final RegistrySession session;
  private final String what;
  private final Descriptor blob;
  private final HttpResponse answer;
  private final MessageDigest hash;
  private long left;
  private boolean verified;

  VerifiedBlob(RegistrySession session, String what, Descriptor blob, HttpResponse answer) {
    this.session = session;
    this.what = what;
    this.blob = blob;
    this.answer = answer;
    this.hash = blob.digest().newMessageDigest();
    this.left = blob.size();
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws dev.sealosbuild.error.BuildException when the connection breaks, and at the end when
   *     the bytes were not those of the digest, too few or too many
   */
  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      verify();
      return -1;
    }
    int count;
    try {
      count = answer.body().read(bytes, offset, (int) Math.min(length, left));
    } catch (IOException e) {
      throw session.failure(what, e);
    }
    if (count < 0) {
      throw session.wrong(what, "sent " + left + " bytes less than the " + blob.size() + " it has");
    }
    hash.update(bytes, offset, count);
    left -= count;
    if (left == 0) {
      verify();
    }
    return count;
  }

  @Override
  public void close() {
    answer.close();
  }

  private void verify() {
    if (verified) {
      return;
    }
    try {
      if (answer.body().read() >= 0) {
        throw session.wrong(what, "sent more than the " + blob.size() + " bytes it has");
      }
    } catch (IOException e) {
      throw session.failure(what, e);
    }
    if (!blob.digest().matches(hash)) {
      throw session.wrong(what, "sent other content than its digest says");
    }
    verified = true;
  }
}
