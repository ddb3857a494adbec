package dev.sealosbuild.registry;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to an image: signatures, provenance, contents.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers">OCI
 *     distribution-spec, listing referrers</a>
 */
public final class Referrers {
  /** A list of more pages, or referrers, than this is not honest. */
  private static final int MAX_PAGES = 100;

  private final RegistryClient client;

  public Referrers(RegistryClient client) {
    this.client = client;
  }

  /**
   * Asks the registry's referrers API.
   *
   * @param repository any reference to the repository
   * @return descriptors of all that refer to the manifest; empty where the registry has no such API
   */
  public Optional<List<Descriptor>> of(ImageReference repository, Digest subject) {
    String what = "search for what refers to " + repository.name() + "@" + subject;
    Repository home = client.home(repository);
    RegistrySession session = home.session();
    String path = home.place().at().repository();
    List<Descriptor> found = new ArrayList<>();
    String address = "/v2/" + path + "/referrers/" + subject;
    for (int page = 0; page < MAX_PAGES; page++) {
      HttpResponse answer =
          session.send(
              new RegistrySession.Call(
                  what,
                  "GET",
                  address,
                  Map.of("Accept", MediaType.OCI_INDEX),
                  null,
                  Scope.pull(path)));
      if (answer.status() == 404 || answer.status() == 405) {
        answer.close();
        return Optional.empty();
      }
      if (answer.status() != 200) {
        throw session.refused(what, answer);
      }
      ManifestAnswer index = new ManifestAnswer(session, what, answer);
      try {
        String next = next(answer);
        if (!index.mediaType().equals(MediaType.OCI_INDEX)) {
          // A page for people, of a server that knows no such address.
          answer.close();
          return Optional.empty();
        }
        found.addAll(ImageIndex.read(index.read(), MediaType.OCI_INDEX).manifests());
        if (next.isEmpty()) {
          return Optional.of(found);
        }
        address = next;
      } catch (IOException e) {
        throw session.failure(what, e);
      }
    }
    throw session.wrong(what, "has more than " + MAX_PAGES + " pages of it");
  }

  /**
   * All that refer to a manifest, as the registry lists them, else as clients do.
   *
   * @param repository any reference to the repository
   */
  public List<Descriptor> listed(ImageReference repository, Digest subject) {
    return of(repository, subject).orElseGet(() -> kept(repository, subject));
  }

  /** What clients have listed themselves under {@link #fallbackTag}. */
  public List<Descriptor> kept(ImageReference repository, Digest subject) {
    ImageReference tag = repository.withTag(fallbackTag(subject));
    Optional<Descriptor> known = client.resolvePushed(tag);
    if (known.isEmpty()) {
      return List.of();
    }
    FetchedManifest index = client.manifest(tag.withDigest(known.get().digest()));
    return ImageIndex.read(index.bytes(), index.mediaType()).manifests();
  }

  /**
   * The index that clients keep themselves in a registry without the API.
   *
   * @return the tag, such as {@code sha256-2c26…}
   */
  public static String fallbackTag(Digest subject) {
    return subject.algorithm()
        + "-"
        + subject.hex().substring(0, Math.min(64, subject.hex().length()));
  }

  /** The address of the next page, RFC 8288; empty after the last. */
  private static String next(HttpResponse answer) throws IOException {
    String link = answer.header("link");
    if (link == null || !link.contains("rel=\"next\"")) {
      return "";
    }
    int begin = link.indexOf('<');
    int end = link.indexOf('>', begin);
    if (begin < 0 || end < 0) {
      throw new ProtocolException("a Link header that is none");
    }
    try {
      URI next = answer.from().resolve(link.substring(begin + 1, end));
      if (!Origin.of(next).equals(Origin.of(answer.from()))) {
        throw new ProtocolException("a next page on another server");
      }
      return next.toString();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a Link header that is no address");
    }
  }
}
