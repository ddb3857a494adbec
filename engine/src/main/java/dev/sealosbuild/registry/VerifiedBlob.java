package dev.sealosbuild.registry;

import dev.sealosbuild.image.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * A blob on its way from a registry, which ends only if it was the one that was asked for. Where
 * the connection breaks, the rest is asked for, not the whole.
 */
final class VerifiedBlob extends InputStream {
  /** So much between two breaks is progress, after which all attempts are there again. */
  private static final long PROGRESS = 1 << 20;

  private final RegistrySession session;
  private final String what;
  private final Descriptor blob;
  private final Source source;
  private final MessageDigest hash;
  private final Repetition.Attempts attempts;
  private HttpResponse answer;
  private long left;
  private long lastBreak;
  private boolean verified;

  /** Where the blob is to be had. */
  @FunctionalInterface
  interface Source {
    /** An answer whose body is the blob from this byte on. */
    HttpResponse from(long offset) throws IOException;
  }

  VerifiedBlob(RegistrySession session, String what, Descriptor blob, Source source) {
    this.session = session;
    this.what = what;
    this.blob = blob;
    this.source = source;
    this.hash = blob.digest().newMessageDigest();
    this.attempts = session.attempts(what);
    this.left = blob.size();
    try {
      this.answer = source.from(0);
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws dev.sealosbuild.error.BuildException when the connection breaks for good, and at the
   *     end when the bytes were not those of the digest, too few or too many
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
    int count = readSome(bytes, offset, (int) Math.min(length, left));
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

  private int readSome(byte[] bytes, int offset, int length) {
    while (true) {
      try {
        int count = answer.body().read(bytes, offset, length);
        if (count > 0) {
          return count;
        }
        throw new EOFException("the connection was closed in the middle of a body");
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private void resume(IOException broken) {
    long offset = blob.size() - left;
    if (offset - lastBreak >= PROGRESS) {
      attempts.renew();
    }
    lastBreak = offset;
    for (IOException failure = broken; ; ) {
      answer.close();
      if (!Repetition.isPassing(failure) || !attempts.again(null)) {
        throw session.failure(what + ", with " + left + " bytes to go", failure);
      }
      try {
        answer = source.from(offset);
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
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
