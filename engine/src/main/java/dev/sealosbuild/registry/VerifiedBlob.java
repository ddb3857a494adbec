package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A blob on its way from a registry, which ends only if it was the one that was asked for. Where
 * the connection breaks, the rest is asked for, not the whole; where a place fails for good, the
 * rest is asked for at the next one.
 */
final class VerifiedBlob extends InputStream {
  /** So much between two breaks is progress, after which all attempts are there again. */
  private static final long PROGRESS = 1 << 20;

  private final Iterator<Repository> further;
  private final Mirrors mirrors;
  private final String doing;
  private final Descriptor blob;
  private final MessageDigest hash;
  private final List<Repository> sources = new ArrayList<>();
  private final List<BuildException> failures = new ArrayList<>();
  private Repository place;
  private String what;
  private Repetition.Attempts attempts;
  private HttpResponse answer;
  private long left;
  private long lastBreak;
  private boolean verified;

  /**
   * @param places that may have the blob, to be asked in this order
   */
  VerifiedBlob(
      List<Repository> places, Mirrors mirrors, ImageReference repository, Descriptor blob) {
    this.further = places.iterator();
    this.mirrors = mirrors;
    this.doing = Repository.pulling(blob, repository);
    this.blob = blob;
    this.hash = blob.digest().newMessageDigest();
    this.left = blob.size();
    askNext();
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
        String goal = what + ", with " + left + " bytes to go";
        passOver(place.session().failure(goal, failure));
        return;
      }
      try {
        answer = place.blob(what, blob, offset);
        return;
      } catch (IOException e) {
        failure = e;
      } catch (BuildException e) {
        passOver(e);
        return;
      }
    }
  }

  private void passOver(BuildException failure) {
    failures.add(failure);
    if (!further.hasNext()) {
      throw Mirrors.all(doing, failures);
    }
    mirrors.passOver(place.place(), failure);
    askNext();
  }

  /** Asks the next place for what is missing of the blob. */
  private void askNext() {
    place = further.next();
    what = place.place().what(doing, "from");
    attempts = place.session().attempts(what);
    try {
      answer = place.blob(what, blob, blob.size() - left);
      sources.add(place);
    } catch (IOException e) {
      passOver(place.session().failure(what, e));
    } catch (BuildException e) {
      passOver(e);
    }
  }

  private void verify() {
    if (verified) {
      return;
    }
    try {
      if (answer.body().read() >= 0) {
        throw wrong("sent more than the " + blob.size() + " bytes it has");
      }
    } catch (IOException e) {
      throw place.session().failure(what, e);
    }
    if (!blob.digest().matches(hash)) {
      throw wrong("sent other content than its digest says");
    }
    verified = true;
  }

  /** Whatever mirror had a part in it is not asked for this blob again. */
  private BuildException wrong(String found) {
    boolean elsewhere = false;
    BuildException failure = place.session().wrong(what, found);
    for (Repository source : sources) {
      if (source.place().mirror()) {
        elsewhere = true;
        mirrors.sentWrong(source.place(), blob.digest());
        mirrors.passOver(source.place(), failure);
      }
    }
    return new WrongContentException(failure, elsewhere);
  }
}
