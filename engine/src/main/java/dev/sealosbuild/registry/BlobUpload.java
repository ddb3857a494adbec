package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/**
 * The upload of a blob that is still being made, in one long PATCH request: what is written goes to
 * the registry at once, and a write waits while the registry takes no more, so that memory stays
 * bounded. Used by one thread at a time.
 *
 * <p>After a failure nothing is left that had to be undone; the blob may be pushed again with
 * {@link RegistryClient#pushBlob}.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-a-blob-in-chunks">OCI
 *     distribution-spec, pushing a blob in chunks</a>
 */
public final class BlobUpload implements AutoCloseable {
  private final RegistrySession session;
  private final String what;
  private final String location;
  private final Scope scope;
  private final Channel channel;
  private final byte[] copy = new byte[64 << 10];
  private long written;
  private boolean ended;

  /** The request under way. */
  record Channel(
      Transport transport, HttpConnection connection, HttpRequest request, ChunkedOutput out) {

    HttpResponse receive() throws IOException {
      return connection.receive(request, reusable -> transport.release(connection, reusable));
    }

    HttpResponse earlyAnswer(IOException failure) throws IOException {
      return connection.earlyAnswer(
          request, failure, reusable -> transport.release(connection, false));
    }

    void abandon() {
      transport.release(connection, false);
    }
  }

  BlobUpload(RegistrySession session, String what, String location, Scope scope) {
    this.session = session;
    this.what = what;
    this.location = location;
    this.scope = scope;
    this.channel =
        session.open(
            new RegistrySession.Call(what, "PATCH", location, Repository.OCTETS, null, scope));
  }

  /** How many bytes were written. */
  public long written() {
    return written;
  }

  /**
   * Sends bytes.
   *
   * @throws BuildException when the registry refuses or cannot be reached any more
   */
  public void write(byte[] bytes, int offset, int length) {
    requireOpen();
    try {
      channel.out().write(bytes, offset, length);
      written += length;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Sends what remains in the buffer. */
  public void write(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int length = Math.min(copy.length, bytes.remaining());
      bytes.get(copy, 0, length);
      write(copy, 0, length);
    }
  }

  /**
   * Ends the upload: the registry checks what it got and keeps it as this blob.
   *
   * @param size of the blob, in bytes
   * @throws BuildException when the registry got something else, or keeps it under another digest
   */
  public void finish(Digest digest, long size) {
    requireOpen();
    if (written != size) {
      abort();
      throw new BuildException(
          what + ": " + written + " bytes of " + digest + " were sent, " + size + " are in it", "");
    }
    String next = endRequest();
    ended = true;
    HttpResponse answer =
        session.sendFinally(
            new RegistrySession.Call(
                what, "PUT", Paths.withDigest(next, digest), Map.of(), null, scope, size));
    Repository.requireCreated(session, what, answer, digest);
  }

  /** Ends the upload and lets the registry forget it. */
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    channel.abandon();
    Repository.cancelUpload(session, what, location, scope);
  }

  /** Aborts the upload unless it was finished. */
  @Override
  public void close() {
    abort();
  }

  /** Ends the PATCH; where the upload goes on. */
  private String endRequest() {
    try {
      channel.out().end();
      try (HttpResponse answer = channel.receive()) {
        if (answer.status() / 100 != 2) {
          ended = true;
          throw session.refused(what, answer);
        }
        return Objects.requireNonNullElse(answer.location(), location).toString();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private BuildException failed(IOException e) {
    ended = true;
    try {
      HttpResponse answer = channel.earlyAnswer(e);
      channel.abandon();
      return session.refused(what, answer);
    } catch (IOException again) {
      channel.abandon();
      return session.failure(what, again);
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the upload has ended");
    }
  }
}
