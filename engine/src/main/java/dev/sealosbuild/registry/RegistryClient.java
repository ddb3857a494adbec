package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pulls from and pushes to registries. Used by several threads at once; nothing is opened before
 * the first request. Closing it ends every request under way, which is also how to cancel one.
 *
 * <p>References are names as users write them. Where registries.conf has something to say of a name
 * it is followed here: what is pulled comes from the name's mirrors, one after the other, and at
 * last from the place that the name stands for; what is pushed goes to that place alone.
 *
 * <p>Every method throws {@link BuildException}, which says what was asked, what was found and what
 * to do, when a registry cannot be reached, refuses, or answers with other content than was asked
 * for, or is blocked; no message holds a secret.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI
 *     distribution-spec 1.1</a>
 */
public final class RegistryClient implements AutoCloseable {
  private final RegistryOptions options;
  final Transport transport;
  private final Origins origins = new Origins();
  final Repetition repetition;
  private final Mirrors mirrors;
  private final Map<String, RegistrySession> sessions = new ConcurrentHashMap<>();
  private @Nullable RegistriesConf conf;

  /** A client that tells nobody of the mirrors that it passes over. */
  public RegistryClient(RegistryOptions options) {
    this(options, Progress.silent());
  }

  /**
   * @param progress is told of mirrors that are passed over
   */
  public RegistryClient(RegistryOptions options, Progress progress) {
    this(options, progress, new Transport(Trust.of(options), Transport.SILENCE_MILLIS), null);
  }

  /**
   * @param pause null to let time pass
   */
  RegistryClient(
      RegistryOptions options,
      Progress progress,
      Transport transport,
      Repetition.@Nullable Pause pause) {
    this.options = options;
    this.transport = transport;
    this.repetition = new Repetition(options.retry(), pause == null ? transport::pause : pause);
    this.mirrors = new Mirrors(progress);
  }

  /**
   * What a tag or a digest points at, without fetching it.
   *
   * @return type, digest and size; empty where the registry has no such image
   */
  public Optional<Descriptor> resolve(ImageReference image) {
    List<BuildException> failures = new ArrayList<>();
    for (Endpoint place : mirrors.order(conf().pulls(image), image, image.digest())) {
      try {
        Optional<Descriptor> found = repository(place).resolve(false);
        if (found.isPresent() || !place.mirror()) {
          return found;
        }
      } catch (BuildException e) {
        failures.add(e);
        mirrors.passOver(place, e);
        if (!place.mirror()) {
          throw Mirrors.all("search for " + image, failures);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What a tag or a digest points at in the place that a push of this name goes to; mirrors do not
   * count.
   *
   * @return type, digest and size; empty where there is no such image
   */
  public Optional<Descriptor> resolvePushed(ImageReference image) {
    return repository(conf().push(image)).resolve(false);
  }

  /**
   * Fetches a manifest or an index.
   *
   * @return the bytes, which have the digest that was asked for and that the registry names
   */
  public FetchedManifest manifest(ImageReference image) {
    List<Endpoint> places = conf().pulls(image);
    return mirrors.first(
        "pull of " + image,
        mirrors.order(places, image, image.digest()),
        place -> {
          FetchedManifest manifest = repository(place).manifest();
          if (places.size() > 1) {
            mirrors.served(place, image, manifest);
          }
          return manifest;
        });
  }

  /**
   * Fetches a blob.
   *
   * @param repository any reference to the repository that has it
   * @return the bytes, never more than the descriptor's size; reading throws {@link BuildException}
   *     at the end if they were not the blob's, so that only who reads to the end may trust them.
   *     When a mirror sent them, the next call asks elsewhere: {@link #blob(ImageReference,
   *     Descriptor, BlobReader)} does so by itself
   */
  public InputStream blob(ImageReference repository, Descriptor blob) {
    ImageReference image = repository.withDigest(blob.digest());
    List<Repository> places = new ArrayList<>();
    for (Endpoint place : mirrors.order(conf().pulls(image), image, blob.digest())) {
      places.add(repository(place));
    }
    return new VerifiedBlob(places, mirrors, repository, blob);
  }

  /**
   * Fetches a blob, from another place where a mirror turns out to have sent something else.
   *
   * @param repository any reference to the repository that has it
   * @param reader called again for each such place
   * @return what the reader made of it
   * @throws IOException of the reader
   */
  public <T> T blob(ImageReference repository, Descriptor blob, BlobReader<T> reader)
      throws IOException {
    List<BuildException> failures = new ArrayList<>();
    while (true) {
      try (InputStream in = blob(repository, blob)) {
        return reader.read(in);
      } catch (WrongContentException e) {
        failures.add(e);
        if (!e.isElsewhere()) {
          throw Mirrors.all(Repository.pulling(blob, repository), failures);
        }
      }
    }
  }

  /** Whether the repository that a push goes to has the blob. */
  public boolean hasBlob(ImageReference repository, Digest blob) {
    return repository(conf().push(repository)).hasBlob(blob);
  }

  /**
   * Lets a repository have a blob that another one of the same registry has.
   *
   * @param source path of the repository that has it
   * @return false where the registry would not; then the blob has to be pushed
   */
  public boolean mountBlob(ImageReference target, Digest blob, String source) {
    Endpoint to = conf().push(target);
    ImageReference named = new ImageReference(target.registry(), source, null, blob);
    ImageReference from = conf().push(named).at();
    return from.registry().equals(to.at().registry())
        && repository(to).mountBlob(blob, from.repository());
  }

  /**
   * Pushes a blob, streamed from its source, anew where the connection breaks.
   *
   * @param source of exactly the descriptor's bytes
   */
  public void pushBlob(ImageReference repository, Descriptor blob, BlobSource source) {
    repository(conf().push(repository)).pushBlob(blob, source);
  }

  /** Begins the upload of a blob that is still being made. */
  public BlobUpload startUpload(ImageReference repository) {
    return repository(conf().push(repository)).startUpload();
  }

  /**
   * Pushes a manifest or an index, unless the tag points at it already.
   *
   * @param image where to; by its tag if it has one, else by its digest
   */
  public PushedManifest pushManifest(ImageReference image, String mediaType, byte[] bytes) {
    ImageReference target = image.tag() == null ? image : image.withTag(image.tag());
    Digest digest = target.digest() == null ? Digest.of(bytes) : target.digest();
    Repository repository = repository(conf().push(target));
    Optional<Descriptor> before = repository.resolve(true);
    if (before.isPresent() && before.get().digest().equals(digest)) {
      return new PushedManifest(digest, true);
    }
    repository.pushManifest(mediaType, bytes, digest);
    return new PushedManifest(digest, false);
  }

  /**
   * Asks a registry whether it lets somebody in.
   *
   * @throws BuildException when it does not, cannot be reached, or is blocked
   */
  void checkLogin(String registry, Credentials credentials) {
    String what = "login to " + registry;
    conf().requireAllowed(registry);
    FoundCredentials found = new FoundCredentials(credentials, "this login");
    RegistrySession session = newSession(registry, conf().isInsecure(registry), () -> found);
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

  private synchronized RegistriesConf conf() {
    if (conf == null) {
      conf = RegistriesConf.load(options);
    }
    return conf;
  }

  /** The place that an image's name stands for, where what goes with the image is as well. */
  Repository home(ImageReference image) {
    return repository(conf().push(image));
  }

  /** Whether servers that are no registries must have a certificate that is trusted. */
  boolean verifiesElsewhere() {
    return !Boolean.FALSE.equals(options.tlsVerify());
  }

  private Repository repository(Endpoint place) {
    RegistrySession session =
        sessions.computeIfAbsent(
            place.key(),
            key -> newSession(place.at().registry(), place.insecure(), credentials(place)));
    return new Repository(place, session);
  }

  private RegistrySession newSession(
      String registry, boolean insecure, Supplier<FoundCredentials> credentials) {
    boolean plainAllowed = options.tlsVerify() == null ? insecure : !options.tlsVerify();
    Authorization authorization =
        new Authorization(transport, repetition, plainAllowed, credentials);
    return new RegistrySession(
        registry, origins, transport, authorization, plainAllowed, repetition);
  }

  private Supplier<FoundCredentials> credentials(Endpoint place) {
    Credentials given = options.credentials();
    if (given != null && place.takesGivenCredentials()) {
      return () -> new FoundCredentials(given, "--creds");
    }
    CredentialSources sources = conf().credentials(options).checked();
    return () -> sources.find(place.at().registry(), place.at().repository());
  }
}
