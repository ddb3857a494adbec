package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pulls from and pushes to registries. Used by several threads at once; nothing is opened before
 * the first request. Closing it ends every request under way, which is also how to cancel one.
 *
 * <p>Every method throws {@link BuildException}, which says what was asked, what was found and what
 * to do, when a registry cannot be reached, refuses, or answers with other content than was asked
 * for; no message holds a secret.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI
 *     distribution-spec 1.1</a>
 */
public final class RegistryClient implements AutoCloseable {
  static final Map<String, String> OCTETS = Map.of("Content-Type", "application/octet-stream");

  private static final Map<String, String> ACCEPT =
      Map.of(
          "Accept",
          String.join(
              ", ",
              MediaType.OCI_MANIFEST,
              MediaType.OCI_INDEX,
              MediaType.DOCKER_MANIFEST,
              MediaType.DOCKER_MANIFEST_LIST));

  private final RegistryOptions options;
  final Transport transport;
  private final Origins origins;
  final Repetition repetition;
  private final Map<String, RegistrySession> sessions = new ConcurrentHashMap<>();

  public RegistryClient(RegistryOptions options) {
    this(options, Trust.of(options), Transport.SILENCE_MILLIS);
  }

  RegistryClient(RegistryOptions options, Trust trust, int silenceMillis) {
    this(options, new Transport(trust, silenceMillis), null);
  }

  /**
   * @param pause null to let time pass
   */
  RegistryClient(RegistryOptions options, Transport transport, Repetition.@Nullable Pause pause) {
    this.options = options;
    this.transport = transport;
    this.origins = new Origins(options.tlsVerify());
    this.repetition = new Repetition(options.retry(), pause == null ? transport::pause : pause);
  }

  /**
   * What a tag or a digest points at, without fetching it.
   *
   * @return type, digest and size; empty where the registry has no such image
   */
  public Optional<Descriptor> resolve(ImageReference image) {
    return resolve(image, Scope.pull(image.repository()));
  }

  /**
   * Fetches a manifest or an index.
   *
   * @return the bytes, which have the digest that was asked for and that the registry names
   */
  public FetchedManifest manifest(ImageReference image) {
    String what = "pull of " + image;
    RegistrySession session = session(image);
    Scope scope = Scope.pull(image.repository());
    RegistrySession.Call call =
        new RegistrySession.Call(what, "GET", Paths.manifest(image), ACCEPT, null, scope);
    Repetition.Attempts attempts = session.attempts(what);
    while (true) {
      HttpResponse answer = session.send(call);
      if (answer.status() != 200) {
        throw session.refused(what, answer);
      }
      ManifestAnswer manifest = new ManifestAnswer(session, what, answer);
      try {
        return manifest.verified(image, manifest.read());
      } catch (IOException e) {
        if (!Repetition.isPassing(e) || !attempts.again(null)) {
          throw session.failure(what, e);
        }
      }
    }
  }

  /**
   * Fetches a blob.
   *
   * @param repository any reference to the repository that has it
   * @return the bytes, never more than the descriptor's size; reading throws {@link BuildException}
   *     at the end if they were not the blob's, so that only who reads to the end may trust them
   */
  public InputStream blob(ImageReference repository, Descriptor blob) {
    String what = "pull of blob " + blob.digest() + " of " + repository.name();
    RegistrySession session = session(repository);
    String address = Paths.blob(repository, blob.digest());
    Scope scope = Scope.pull(repository.repository());
    return new VerifiedBlob(
        session,
        what,
        blob,
        offset -> {
          Map<String, String> range =
              offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
          RegistrySession.Call call =
              new RegistrySession.Call(what, "GET", address, range, null, scope);
          return rest(session, what, blob, offset, session.send(call));
        });
  }

  /**
   * An answer whose body is the blob from this byte on, whether or not the registry knows ranges.
   */
  private static HttpResponse rest(
      RegistrySession session, String what, Descriptor blob, long offset, HttpResponse answer)
      throws IOException {
    String range = answer.header("content-range");
    boolean part = answer.status() == 206 && offset > 0;
    if (!part && answer.status() != 200) {
      throw session.refused(what, answer);
    }
    if (part && (range == null || !range.startsWith("bytes " + offset + "-"))) {
      answer.close();
      throw session.wrong(what, "sent another part of it than was asked for");
    }
    long expected = part ? blob.size() - offset : blob.size();
    String length = answer.header("content-length");
    if (length != null && !length.equals(Long.toString(expected))) {
      answer.close();
      throw session.wrong(what, "has " + length + " bytes of it instead of " + expected);
    }
    try {
      answer.body().skipNBytes(part ? 0 : offset);
      return answer;
    } catch (IOException e) {
      answer.close();
      throw e;
    }
  }

  /** Whether the repository has the blob. */
  public boolean hasBlob(ImageReference repository, Digest blob) {
    String what = "search for blob " + blob + " in " + repository.name();
    RegistrySession session = session(repository);
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what, "HEAD", Paths.blob(repository, blob), Scope.pull(repository.repository())));
    if (answer.status() == 404) {
      answer.close();
      return false;
    }
    if (answer.status() != 200) {
      throw session.refused(what, answer);
    }
    answer.close();
    return true;
  }

  /**
   * Lets a repository have a blob that another one of the same registry has.
   *
   * @param source path of the repository that has it
   * @return false where the registry would not; then the blob has to be pushed
   */
  public boolean mountBlob(ImageReference target, Digest blob, String source) {
    String what = "mount of blob " + blob + " from " + source + " to " + target.name();
    RegistrySession session = session(target);
    Scope scope = new Scope(target.repository(), true, source);
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(what, "POST", Paths.mount(target, blob, source), scope));
    if (answer.status() == 201) {
      requireCreated(session, what, answer, blob);
      return true;
    }
    if (answer.status() >= 500) {
      throw session.refused(what, answer);
    }
    try (answer) {
      // 202 opened an upload instead; any refusal will be told by the push that now follows.
      URI upload = answer.status() == 202 ? answer.location() : null;
      if (upload != null) {
        cancelUpload(session, what, upload.toString(), Scope.push(target.repository()));
      }
      return false;
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }

  /**
   * Pushes a blob, streamed from its source, anew where the connection breaks.
   *
   * @param source of exactly the descriptor's bytes
   */
  public void pushBlob(ImageReference repository, Descriptor blob, BlobSource source) {
    String what = "push of blob " + blob.digest() + " to " + repository.name();
    RegistrySession session = session(repository);
    Scope scope = Scope.push(repository.repository());
    BlobBody body = new BlobBody(what, blob.size(), source);
    HttpResponse answer =
        session.send(
            what,
            () -> {
              HttpResponse begun = session.sendOnce(beginning(what, repository, scope));
              if (Repetition.isPassing(begun.status())) {
                return begun;
              }
              String upload = Paths.withDigest(upload(session, what, begun), blob.digest());
              return session.sendOnce(
                  new RegistrySession.Call(what, "PUT", upload, OCTETS, body, scope, blob.size()));
            });
    requireCreated(session, what, answer, blob.digest());
  }

  /** Begins the upload of a blob that is still being made. */
  public BlobUpload startUpload(ImageReference repository) {
    String what = "push of a blob to " + repository.name();
    RegistrySession session = session(repository);
    Scope scope = Scope.push(repository.repository());
    HttpResponse begun = session.send(beginning(what, repository, scope));
    return new BlobUpload(session, what, upload(session, what, begun), scope);
  }

  /**
   * Pushes a manifest or an index, unless the tag points at it already.
   *
   * @param image where to; by its tag if it has one, else by its digest
   */
  public PushedManifest pushManifest(ImageReference image, String mediaType, byte[] bytes) {
    ImageReference target = image.tag() == null ? image : image.withTag(image.tag());
    String what = "push of " + target;
    Digest digest = target.digest() == null ? Digest.of(bytes) : target.digest();
    Scope scope = Scope.push(target.repository());
    Optional<Descriptor> before = resolve(target, scope);
    if (before.isPresent() && before.get().digest().equals(digest)) {
      return new PushedManifest(digest, true);
    }
    RegistrySession session = session(target);
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what,
                "PUT",
                Paths.manifest(target),
                Map.of("Content-Type", mediaType),
                HttpRequest.Body.of(bytes),
                scope));
    requireCreated(session, what, answer, digest);
    return new PushedManifest(digest, false);
  }

  /**
   * Asks a registry whether it lets somebody in.
   *
   * @throws BuildException when it does not, or cannot be reached
   */
  void checkLogin(String registry, Credentials credentials) {
    String what = "login to " + registry;
    FoundCredentials found = new FoundCredentials(credentials, "this login");
    RegistrySession session = newSession(registry, () -> found);
    HttpResponse answer = session.send(new RegistrySession.Call(what, "GET", "/v2/", Scope.NONE));
    if (answer.status() != 200) {
      throw session.refused(what, answer);
    }
    answer.close();
  }

  /** Ends every request under way. */
  @Override
  public void close() {
    transport.close();
  }

  /** Checks that the registry now has something under this digest. Closes the answer. */
  static void requireCreated(
      RegistrySession session, String what, HttpResponse answer, Digest digest) {
    if (answer.status() / 100 != 2) {
      throw session.refused(what, answer);
    }
    try (answer) {
      String kept = answer.header("docker-content-digest");
      if (kept != null && !kept.equals(digest.toString())) {
        throw session.wrong(what, "keeps it as " + kept + " instead of " + digest);
      }
    }
  }

  /** Lets the registry forget an upload; it would, some day, by itself. */
  static void cancelUpload(RegistrySession session, String what, String upload, Scope scope) {
    try {
      session.sendFinally(new RegistrySession.Call(what, "DELETE", upload, scope)).close();
    } catch (BuildException e) {
      // Nobody waits for this upload any more, and an older failure may be on its way up.
      return;
    }
  }

  private Optional<Descriptor> resolve(ImageReference image, Scope scope) {
    String what = "search for " + image;
    RegistrySession session = session(image);
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(what, "HEAD", Paths.manifest(image), ACCEPT, null, scope));
    try (answer) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      String length = answer.header("content-length");
      ManifestAnswer manifest = new ManifestAnswer(session, what, answer);
      Digest digest = manifest.digest();
      if (answer.status() == 200 && digest != null && length != null) {
        if (image.digest() != null && !image.digest().equals(digest)) {
          throw session.wrong(what, "has " + digest + " in its place");
        }
        return Optional.of(
            new Descriptor(manifest.mediaType(), digest, BodyInput.number(length, 10)));
      }
    } catch (IOException e) {
      throw session.failure(what, e);
    }
    if (answer.status() != 200 && answer.status() != 405) {
      throw session.refused(what, answer);
    }
    FetchedManifest fetched = manifest(image);
    return Optional.of(
        new Descriptor(fetched.mediaType(), fetched.digest(), fetched.bytes().length));
  }

  private static RegistrySession.Call beginning(
      String what, ImageReference repository, Scope scope) {
    return new RegistrySession.Call(what, "POST", Paths.uploads(repository), scope);
  }

  /** Where the upload goes that the registry began. Closes the answer. */
  private static String upload(RegistrySession session, String what, HttpResponse answer) {
    if (answer.status() != 202) {
      throw session.refused(what, answer);
    }
    try (answer) {
      URI upload = answer.location();
      if (upload == null) {
        throw session.wrong(what, "does not say where to upload to");
      }
      return upload.toString();
    } catch (IOException e) {
      throw session.failure(what, e);
    }
  }

  RegistrySession session(ImageReference image) {
    return sessions.computeIfAbsent(
        image.name(), name -> newSession(image.registry(), credentials(image)));
  }

  private RegistrySession newSession(String registry, Supplier<FoundCredentials> credentials) {
    boolean plainAllowed = !options.tlsVerify();
    Authorization authorization =
        new Authorization(transport, repetition, plainAllowed, credentials);
    return new RegistrySession(
        registry, origins, transport, authorization, plainAllowed, repetition);
  }

  private Supplier<FoundCredentials> credentials(ImageReference image) {
    Credentials given = options.credentials();
    if (given != null) {
      return () -> new FoundCredentials(given, "--creds");
    }
    CredentialFiles files = CredentialFiles.of(options);
    return () -> files.find(image.registry(), image.repository());
  }
}
