package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.security.MessageDigest;
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

  private static final int PUSH_ATTEMPTS = 3;

  private final RegistryOptions options;
  private final Transport transport;
  private final Origins origins;
  private final Map<String, RegistrySession> sessions = new ConcurrentHashMap<>();

  public RegistryClient(RegistryOptions options) {
    this(
        options,
        options.tlsVerify() ? Trust.ofThePlatform() : Trust.ofAnybody(),
        Transport.SILENCE_MILLIS);
  }

  RegistryClient(RegistryOptions options, Trust trust, int silenceMillis) {
    this.options = options;
    this.transport = new Transport(trust, silenceMillis);
    this.origins = new Origins(options.tlsVerify());
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
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what, "GET", Paths.manifest(image), ACCEPT, null, Scope.pull(image.repository())));
    if (answer.status() != 200) {
      throw session.refused(what, answer);
    }
    return readManifest(session, what, image, answer);
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
    HttpResponse answer =
        session.send(
            new RegistrySession.Call(
                what,
                "GET",
                Paths.blob(repository, blob.digest()),
                Scope.pull(repository.repository())));
    if (answer.status() != 200) {
      throw session.refused(what, answer);
    }
    String length = answer.header("content-length");
    if (length != null && !length.equals(Long.toString(blob.size()))) {
      answer.close();
      throw session.wrong(what, "has " + length + " bytes of it instead of " + blob.size());
    }
    return new VerifiedBlob(session, what, blob, answer);
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
   * Pushes a blob, streamed from its source. Tried up to three times.
   *
   * @param source of exactly the descriptor's bytes
   */
  public void pushBlob(ImageReference repository, Descriptor blob, BlobSource source) {
    String what = "push of blob " + blob.digest() + " to " + repository.name();
    RegistrySession session = session(repository);
    Scope scope = Scope.push(repository.repository());
    BlobBody body = new BlobBody(what, blob.size(), source);
    for (int attempt = 1; ; attempt++) {
      String upload = beginUpload(session, what, repository, scope);
      String address = Paths.withDigest(upload, blob.digest());
      boolean last = attempt == PUSH_ATTEMPTS;
      try {
        HttpResponse answer =
            session.send(new RegistrySession.Call(what, "PUT", address, OCTETS, body, scope));
        if (answer.status() < 500 || last) {
          requireCreated(session, what, answer, blob.digest());
          return;
        }
        answer.close();
      } catch (BuildException e) {
        if (last || !(e.getCause() instanceof SocketException)) {
          throw e;
        }
      }
      RegistrySession.pause(attempt, null, what);
    }
  }

  /** Begins the upload of a blob that is still being made. */
  public BlobUpload startUpload(ImageReference repository) {
    String what = "push of a blob to " + repository.name();
    RegistrySession session = session(repository);
    Scope scope = Scope.push(repository.repository());
    return new BlobUpload(session, what, beginUpload(session, what, repository, scope), scope);
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
      session.send(new RegistrySession.Call(what, "DELETE", upload, scope)).close();
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
      Digest digest = digest(session, what, answer);
      if (answer.status() == 200 && digest != null && length != null) {
        if (image.digest() != null && !image.digest().equals(digest)) {
          throw session.wrong(what, "has " + digest + " in its place");
        }
        return Optional.of(new Descriptor(mediaType(answer), digest, BodyInput.number(length, 10)));
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

  private FetchedManifest readManifest(
      RegistrySession session, String what, ImageReference image, HttpResponse answer) {
    byte[] bytes;
    try (answer) {
      bytes = answer.body().readNBytes(Manifest.MAX_BYTES + 1);
    } catch (IOException e) {
      throw session.failure(what, e);
    }
    if (bytes.length > Manifest.MAX_BYTES) {
      throw session.wrong(what, "sent a manifest of more than 4 MiB, which is the most one may be");
    }
    Digest named = digest(session, what, answer);
    Digest wanted = image.digest();
    for (Digest expected : new @Nullable Digest[] {wanted, named}) {
      if (expected != null) {
        MessageDigest hash = expected.newMessageDigest();
        hash.update(bytes);
        if (!expected.matches(hash)) {
          throw session.wrong(what, "sent a manifest of another digest than " + expected);
        }
      }
    }
    Digest known = wanted != null ? wanted : named;
    return new FetchedManifest(mediaType(answer), known == null ? Digest.of(bytes) : known, bytes);
  }

  private String beginUpload(
      RegistrySession session, String what, ImageReference repository, Scope scope) {
    HttpResponse answer =
        session.send(new RegistrySession.Call(what, "POST", Paths.uploads(repository), scope));
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

  private RegistrySession session(ImageReference image) {
    return sessions.computeIfAbsent(
        image.name(), name -> newSession(image.registry(), credentials(image)));
  }

  private RegistrySession newSession(String registry, Supplier<FoundCredentials> credentials) {
    boolean plainAllowed = !options.tlsVerify();
    Authorization authorization = new Authorization(transport, plainAllowed, credentials);
    return new RegistrySession(registry, origins, transport, authorization, plainAllowed);
  }

  private Supplier<FoundCredentials> credentials(ImageReference image) {
    Credentials given = options.credentials();
    if (given != null) {
      return () -> new FoundCredentials(given, "--creds");
    }
    CredentialFiles files = CredentialFiles.of(options);
    return () -> files.find(image.registry(), image.repository());
  }

  private static @Nullable Digest digest(
      RegistrySession session, String what, HttpResponse answer) {
    String header = answer.header("docker-content-digest");
    if (header == null) {
      return null;
    }
    try {
      return Digest.parse(header);
    } catch (BuildException e) {
      throw session.wrong(what, "names a digest that is not one: " + header);
    }
  }

  private static String mediaType(HttpResponse answer) {
    String type = answer.headers().getOrDefault("content-type", "application/octet-stream");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip();
  }
}
