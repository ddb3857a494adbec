package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.ShortNames;
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
  private final PullPolicy policy;
  private final Progress progress;

  /** What is being fetched; who finds it here waits, and has it then. */
  private final Map<Digest, Object> underWay = new ConcurrentHashMap<>();

  public ImagePull(ImageStore store, Registries registries, PullPolicy policy, Progress progress) {
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
    return forPlatform(reference, top(reference, platform), platform);
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
   * @param here the platform to take where the registry is asked
   */
  public Set<Platform> platforms(ImageReference reference, Platform here) {
    Descriptor top = top(reference, here);
    Set<Platform> platforms = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    if (MediaType.isIndex(top.mediaType())) {
      for (Descriptor image : imagesOf(store.imageIndex(top))) {
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
    Descriptor top = top(reference, here);
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

  /**
   * The same, by names of which some may be local, or of registries that have not all of it.
   *
   * @param names that the image has, the likeliest first
   * @throws BuildException the first failure, where something is missing still when all were asked
   */
  public void complete(List<ImageReference> names, Descriptor image) {
    BuildException first = null;
    for (ImageReference name : names) {
      try {
        complete(name, image);
        return;
      } catch (BuildException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private boolean complete(ImageReference reference, Descriptor image, IndexWalk walk, int depth) {
    if (!walk.enter(image, depth)) {
      return false;
    }
    boolean fetched = fetchMissing(image, () -> fetch(reference.withDigest(image.digest())));
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

  /** Asks the registry what a name stands for; it is fetched where the store does not have it. */
  public Current current(ImageReference reference) {
    Optional<Descriptor> there = registries.client().resolve(reference);
    if (there.isEmpty()) {
      return new Current(fetch(reference), true);
    }
    Descriptor image = there.get();
    ImageReference exact = reference.withDigest(image.digest());
    return new Current(image, fetchMissing(image, () -> fetch(exact)));
  }

  /** The manifest or index of this digest, where the store has it. */
  public Optional<Descriptor> stored(Digest digest) {
    return store.findManifest(digest);
  }

  private Descriptor top(ImageReference reference, Platform platform) {
    Optional<Descriptor> stored = find(reference, platform);
    if (stored.isPresent() && reference.digest() != null) {
      return stored.get(); // what a digest names does not become newer
    }
    return switch (policy) {
      case NEVER ->
          stored.orElseThrow(
              () ->
                  new BuildException(
                      "the store "
                          + store.root()
                          + " has no image "
                          + reference
                          + " for "
                          + platform,
                      "pull it first, or do without --pull=never"));
      case IF_MISSING -> stored.isPresent() ? stored.get() : pull(reference);
      case IF_NEWER -> stored.isPresent() ? newer(reference, stored.get()) : pull(reference);
      case ALWAYS -> pull(reference);
    };
  }

  /** What the store has under this name that can be of use for the platform. */
  private Optional<Descriptor> find(ImageReference reference, Platform platform) {
    Optional<Descriptor> stored = store.find(reference);
    if (stored.isEmpty() && reference.registry().equals(LOCALHOST)) {
      stored = store.find(reference.withoutRegistry());
    }
    // A name can stand for one platform's image only; another platform's is then not here.
    return stored.filter(
        image ->
            policy == PullPolicy.NEVER
                || MediaType.isIndex(image.mediaType())
                || reference.registry().equals(LOCALHOST)
                || platform.runs(store.config(store.manifest(image)).platform()));
  }

  private Descriptor newer(ImageReference reference, Descriptor stored) {
    try {
      Optional<Descriptor> there = registries.client().resolve(reference);
      if (there.isEmpty() || there.get().digest().equals(stored.digest())) {
        return stored;
      }
      return pull(reference);
    } catch (BuildException e) {
      progress.warn(
          reference + " is taken from the store, since its registry failed: " + e.getMessage());
      return stored;
    }
  }

  private Descriptor pull(ImageReference reference) {
    try (Progress.Step step = progress.step("", "pull " + reference)) {
      Descriptor top = fetch(reference);
      if (MediaType.isManifest(top.mediaType())) {
        settle(reference, store.manifest(top));
      }
      if (reference.tag() != null) {
        store.add(top, List.of(reference.withTag(reference.tag())));
      }
      step.finish(false, top.digest().toString());
      return top;
    }
  }

  private Descriptor forPlatform(ImageReference reference, Descriptor image, Platform platform) {
    if (MediaType.isIndex(image.mediaType())) {
      Descriptor selected = select(reference, store.imageIndex(image), platform);
      if (!store.has(selected)) {
        fetch(reference.withDigest(selected.digest()));
      }
      if (MediaType.isIndex(selected.mediaType())) {
        throw new BuildException(
            reference + " has an index within its index for " + platform,
            "name the inner one by its digest, " + selected.digest());
      }
      settle(reference, store.manifest(selected));
      return selected;
    }
    Platform found = store.config(store.manifest(image)).platform();
    if (!platform.runs(found)) {
      progress.warn(
          "image platform ("
              + found
              + ") of "
              + reference
              + " does not match the expected"
              + " platform ("
              + platform
              + ")");
    }
    return image;
  }

  /** Fetches one manifest or index. */
  private Descriptor fetch(ImageReference reference) {
    FetchedManifest manifest = registries.client().manifest(reference);
    store.put(manifest.bytes(), manifest.digest());
    return new Descriptor(manifest.mediaType(), manifest.digest(), manifest.bytes().length);
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
    manifest.layers().forEach(layer -> store.rememberOrigin(layer.digest(), reference));
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

  /**
   * The image of an index for a platform: of several that run there, the one that uses most of it.
   *
   * @param reference for messages
   * @throws BuildException when there is none
   */
  public static Descriptor select(Object reference, ImageIndex index, Platform platform) {
    return index
        .find(platform)
        .orElseThrow(
            () ->
                new BuildException(
                    reference + " has no image for " + platform,
                    "it has "
                        + String.join(
                            ", ",
                            imagesOf(index).stream()
                                .map(image -> String.valueOf(image.platform()))
                                .distinct()
                                .toList())));
  }

  /**
   * The entries of an index that are images; others are what BuildKit says of how they were made.
   */
  private static List<Descriptor> imagesOf(ImageIndex index) {
    return index.manifests().stream()
        .filter(image -> image.platform() != null && !image.platform().os().equals("unknown"))
        .toList();
  }
}
