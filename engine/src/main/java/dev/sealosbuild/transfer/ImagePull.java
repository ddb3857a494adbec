package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.ShortNames;
import dev.sealosbuild.signing.SignatureRefusedException;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings images of registries into the store: manifest and configuration at once, the layers when
 * {@link LayerFetcher} is asked for them. An index is kept under the name that it was asked for by,
 * with those of its images that were wanted.
 */
public final class ImagePull {
  /** What buildah puts before a name without a registry; in this store it is docker.io's. */
  private static final String LOCALHOST = "localhost";

  private final ImageStore store;
  private final Registries registries;
  private final ManifestFetch manifests;

  private final PullPolicy policy;
  private final Progress progress;

  /** What is being fetched; who finds it here waits, and has it then. */
  private final Map<Digest, Object> underWay = new ConcurrentHashMap<>();

  /**
   * @param acceptance is asked before anything is taken from a registry
   */
  ImagePull(
      ImageStore store,
      Registries registries,
      Acceptance acceptance,
      PullPolicy policy,
      Progress progress) {
    this.manifests = new ManifestFetch(store, registries, acceptance);
    this.store = store;
    this.registries = registries;
    this.policy = policy;
    this.progress = progress;
  }

  /**
   * The image of this name for a platform, of the store or of its registry, as the policy says.
   *
   * @return the descriptor of its manifest, which is in the store with the configuration
   * @throws BuildException when there is none, or none for the platform
   */
  public Descriptor image(ImageReference reference, Platform platform) {
    return forPlatform(reference, top(reference, platform, false), platform);
  }

  /**
   * Uses what a name stands for, which may lack its registry: as it is in the store where that will
   * do, otherwise the first of the images that it may mean that can be had.
   *
   * @param use throws {@link BuildException} where an image cannot be had
   */
  public <T> T first(String name, Function<ImageReference, T> use) {
    if (!ShortNames.isShort(name)) {
      return use.apply(ImageReference.parse(name));
    }
    ShortNames names = registries.names();
    if (policy == PullPolicy.NEVER || policy == PullPolicy.IF_MISSING) {
      for (ImageReference known : names.stored(name)) {
        if (store.find(known).isPresent()) {
          return use.apply(known);
        }
      }
    }
    return names.first(name, use);
  }

  /**
   * The platforms that there are images for under a name.
   *
   * @param here a platform that the store may have an image for
   */
  public Set<Platform> platforms(ImageReference reference, Platform here) {
    Descriptor top = top(reference, here, true);
    Set<Platform> platforms = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    if (MediaType.isIndex(top.mediaType())) {
      for (Descriptor image : store.imageIndex(top).images()) {
        Platform platform = Objects.requireNonNull(image.platform());
        if (platforms.stream().noneMatch(platform::isSameAs)) {
          platforms.add(platform);
        }
      }
    } else {
      platforms.add(store.config(store.manifest(top)).platform());
    }
    return platforms;
  }

  /**
   * What stands under this name, an image or an index, all of its manifests and configurations in
   * the store.
   */
  public Descriptor whole(ImageReference reference, Platform here) {
    Descriptor top = top(reference, here, true);
    complete(reference, top);
    return top;
  }

  /**
   * Sees to it that the manifests and configurations of an image or of all images of an index are
   * in the store.
   *
   * @param reference of the repository that has them
   * @return whether anything had to be fetched
   */
  public boolean complete(ImageReference reference, Descriptor image) {
    return complete(reference, image, new IndexWalk(), 0);
  }

  private boolean complete(ImageReference reference, Descriptor image, IndexWalk walk, int depth) {
    if (!walk.enter(image, depth)) {
      return false;
    }
    ImageReference exact = reference.withDigest(image.digest());
    boolean fetched = fetchMissing(image, () -> manifests.fetch(reference, exact));
    if (fetched || manifests.isNamed(image)) {
      manifests.requireAccepted(reference, image);
    }
    if (MediaType.isIndex(image.mediaType())) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        fetched |= complete(reference, child, walk, depth + 1);
      }
    } else if (MediaType.isManifest(image.mediaType())) {
      fetched |= settle(reference, store.manifest(image));
    }
    return fetched;
  }

  /**
   * What a name stands for in its registry now.
   *
   * @param fetched whether the manifest or index was not in the store
   */
  public record Current(Descriptor image, boolean fetched) {}

  /**
   * What a name stands for: in the store, where the policy lets that count and it is of use for the
   * platform, else in its registry.
   *
   * @throws BuildException when the policy is never to ask, and the store has nothing
   */
  public Current known(ImageReference reference, Platform platform) {
    Optional<Descriptor> stored =
        policy == PullPolicy.ALWAYS ? Optional.empty() : find(reference, platform);
    if (stored.isEmpty() && policy == PullPolicy.NEVER) {
      throw missing(reference, platform);
    }
    boolean ask = stored.isEmpty() || (policy == PullPolicy.IF_NEWER && reference.digest() == null);
    return ask ? current(reference) : new Current(stored.get(), false);
  }

  /** Asks the registry what a name stands for; it is fetched where the store does not have it. */
  public Current current(ImageReference reference) {
    Optional<Descriptor> there = registries.client().resolve(reference);
    if (there.isEmpty()) {
      return new Current(manifests.fetch(reference, reference), true);
    }
    Descriptor image = there.get();
    ImageReference exact = reference.withDigest(image.digest());
    boolean fetched = fetchMissing(image, () -> manifests.fetch(reference, exact));
    manifests.named(reference, image);
    return new Current(image, fetched);
  }

  /** Whether it depends on an image of this repository whether it is accepted. */
  public boolean demands(ImageReference name) {
    return manifests.demands(name);
  }

  /** The manifest or index of this digest, where the store has it. */
  public Optional<Descriptor> stored(Digest digest) {
    return store.findManifest(digest);
  }

  /**
   * @param all whether all images of an index are to be taken, and not that of the platform alone
   */
  private Descriptor top(ImageReference reference, Platform platform, boolean all) {
    @Nullable Platform wanted = all ? null : platform;
    Optional<Descriptor> stored = find(reference, platform);
    if (stored.isPresent() && reference.digest() != null) {
      return stored.get(); // what a digest names does not become newer
    }
    return switch (policy) {
      case NEVER -> stored.orElseThrow(() -> missing(reference, platform));
      case IF_MISSING -> stored.isPresent() ? stored.get() : pull(reference, wanted);
      case IF_NEWER ->
          stored.isPresent() ? newer(reference, stored.get(), wanted) : pull(reference, wanted);
      case ALWAYS -> pull(reference, wanted);
    };
  }

  private BuildException missing(ImageReference reference, Platform platform) {
    return new BuildException(
        "the store " + store.root() + " has no image " + reference + " for " + platform,
        "pull it first, or do without --pull=never");
  }

  /** What the store has under this name that can be of use for the platform. */
  private Optional<Descriptor> find(ImageReference reference, Platform platform) {
    Optional<Descriptor> stored =
        reference.digest() == null ? store.find(reference) : store.findManifest(reference.digest());
    if (stored.isEmpty() && reference.registry().equals(LOCALHOST)) {
      stored = store.find(reference.withoutRegistry());
    }
    return stored.filter(
        image ->
            policy == PullPolicy.NEVER
                || MediaType.isIndex(image.mediaType())
                || reference.registry().equals(LOCALHOST)
                || isFor(image, platform));
  }

  /** A name can stand for one platform's image only; another platform's is then not here. */
  private boolean isFor(Descriptor image, Platform platform) {
    Manifest manifest = store.manifest(image);
    if (!MediaType.isImageConfig(manifest.config().mediaType())) {
      return true; // an artifact, such as a chart, is for every platform
    }
    return store.has(manifest.config()) && platform.runs(store.config(manifest).platform());
  }

  private Descriptor newer(ImageReference reference, Descriptor stored, @Nullable Platform wanted) {
    try {
      Optional<Descriptor> there = registries.client().resolve(reference);
      if (there.isEmpty() || there.get().digest().equals(stored.digest())) {
        return stored;
      }
      return pull(reference, wanted);
    } catch (SignatureRefusedException e) {
      throw e;
    } catch (BuildException e) {
      progress.warn(
          reference + " is taken from the store, since its registry failed: " + e.getMessage());
      return stored;
    }
  }

  /**
   * @param wanted null for all images of an index
   */
  private Descriptor pull(ImageReference reference, @Nullable Platform wanted) {
    try (Progress.Step step = progress.step("", "pull " + reference)) {
      Descriptor top = manifests.fetch(reference, reference);
      if (MediaType.isIndex(top.mediaType()) && manifests.demands(reference)) {
        requireImages(reference, top, wanted);
      }
      if (MediaType.isManifest(top.mediaType())) {
        settle(reference, store.manifest(top));
      }
      // A tag with a digest beside it may have moved on: such an image has no name here.
      String tag = reference.digest() == null ? reference.tag() : null;
      store.add(top, tag == null ? List.of() : List.of(reference.withTag(tag)));
      step.finish(false, top.digest().toString());
      return top;
    }
  }

  private Descriptor forPlatform(ImageReference reference, Descriptor image, Platform platform) {
    if (MediaType.isIndex(image.mediaType())) {
      Descriptor selected = store.imageIndex(image).require(reference, platform);
      boolean stored = store.has(selected);
      if (!stored) {
        manifests.fetch(reference, reference.withDigest(selected.digest()));
      } else if (manifests.isNamed(selected)) {
        manifests.requireAccepted(reference, selected);
      }
      settle(reference, store.manifest(selected));
      return selected;
    }
    return image;
  }

  /** Before an index gets its name here, those of its images are accepted that are taken. */
  private void requireImages(ImageReference name, Descriptor index, @Nullable Platform wanted) {
    if (wanted == null) {
      complete(name, index);
      return;
    }
    Optional<Descriptor> image = store.imageIndex(index).find(wanted);
    if (image.isPresent()) {
      forPlatform(name, index, wanted);
    }
  }

  /**
   * Fetches the configuration, and notes where the layers can be had.
   *
   * @return whether the configuration had to be fetched
   */
  private boolean settle(ImageReference reference, Manifest manifest) {
    Descriptor config = manifest.config();
    boolean fetched =
        fetchMissing(config, () -> fetchConfig(registries.client(), reference, config));
    manifest.layers().forEach(layer -> store.origins().remember(layer.digest(), reference));
    return fetched;
  }

  /** Has what the store lacks fetched, once whoever asks for it at the same time. */
  private boolean fetchMissing(Descriptor content, Runnable fetch) {
    if (store.has(content)) {
      return false;
    }
    synchronized (underWay.computeIfAbsent(content.digest(), digest -> new Object())) {
      if (!store.has(content)) {
        fetch.run();
      }
    }
    return true;
  }

  private void fetchConfig(RegistryClient client, ImageReference reference, Descriptor config) {
    if (config.size() > ImageConfig.MAX_BYTES) {
      throw new BuildException(
          "the configuration of " + reference + " has " + config.size() + " bytes",
          "at most " + ImageConfig.MAX_BYTES + " are read; use another image");
    }
    try {
      store.put(client.blob(reference, config, InputStream::readAllBytes), config.digest());
    } catch (IOException e) {
      throw new BuildException(
          "pulling the configuration of " + reference + " failed: " + e.getMessage(),
          "try again",
          e);
    }
  }
}
