package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
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
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What FROM names: nothing, an image of the store, or one of a registry, of which only the manifest
 * and the configuration are fetched at once.
 */
final class BaseImages {
  private static final String SCRATCH = "scratch";

  /** What buildah puts before a name without a registry; in this store it is docker.io's. */
  private static final String LOCALHOST = "localhost/";

  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final ImageStore store;
  private final Registries registries;
  private final SourcePolicy policy;
  private final Progress progress;
  private final Map<String, Found> found = new HashMap<>();

  /** What came of looking for an image; a second look would take as long, and say the same. */
  private static final class Found {
    private @Nullable ImageState state;
    private @Nullable BuildException failure;
  }

  BaseImages(ImageStore store, Registries registries, SourcePolicy policy, Progress progress) {
    this.store = store;
    this.registries = registries;
    this.policy = policy;
    this.progress = progress;
  }

  /**
   * The state that a stage begins with. An image is looked for once in a build.
   *
   * @param name {@code scratch} or an image reference
   */
  ImageState start(String name, Platform platform) {
    if (name.equals(SCRATCH)) {
      ImageConfig config =
          ImageConfig.scratch(platform)
              .withConfig(ContainerConfig.EMPTY.withEnvironment("PATH", DEFAULT_PATH));
      return new ImageState(
          config,
          List.of(),
          Map.of(),
          null,
          new InstructionKey().add(SCRATCH).add(platform.toString()).digest());
    }
    Found known;
    synchronized (found) {
      String key = name + " " + platform;
      known = found.get(key);
      if (known == null) {
        known = new Found();
        found.put(key, known);
      }
    }
    synchronized (known) {
      if (known.failure != null) {
        throw known.failure;
      }
      ImageState state = known.state;
      if (state == null) {
        try {
          state = find(name, platform);
        } catch (BuildException e) {
          known.failure = e;
          throw e;
        }
        known.state = state;
      }
      return state;
    }
  }

  private ImageState find(String name, Platform platform) {
    for (ImageReference named : registries.names().stored(name)) {
      ImageReference reference = policy.apply(named);
      Optional<Descriptor> stored = store.find(reference);
      if (stored.isEmpty() && name.startsWith(LOCALHOST)) {
        stored = store.find(ImageReference.parse(name.substring(LOCALHOST.length())));
      }
      if (stored.isPresent()) {
        return stored(reference, stored.get(), platform);
      }
    }
    return registries
        .names()
        .first(
            name,
            candidate -> {
              ImageReference reference = policy.apply(candidate);
              return stored(reference, pull(reference, platform), platform);
            });
  }

  private ImageState stored(ImageReference reference, Descriptor image, Platform platform) {
    return stored(reference.toString(), selectStored(reference, image, platform));
  }

  /**
   * The state that a stage begins with on an image of the store.
   *
   * @param name what it is called
   * @param image not an index
   */
  ImageState stored(String name, Descriptor image) {
    Manifest manifest = store.manifest(image);
    ImageConfig config = store.config(manifest);
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new BuildException(
          name
              + " has "
              + manifest.layers().size()
              + " layers, but its configuration speaks of "
              + config.diffIds().size(),
          "the image is damaged; use another");
    }
    List<StateLayer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(
          new StateLayer(
              manifest.layers().get(i), config.diffIds().get(i), "", true, Duration.ZERO));
    }
    return new ImageState(
        config,
        layers,
        manifest.annotations(),
        new ImageState.Base(name, manifest.descriptor(), config.history().size()),
        new InstructionKey().add(manifest.digest().hex()).digest());
  }

  private Descriptor selectStored(ImageReference reference, Descriptor image, Platform platform) {
    if (!MediaType.isIndex(image.mediaType())) {
      return image;
    }
    Descriptor selected = select(reference, store.imageIndex(image), platform);
    if (!store.has(selected)) {
      pull(reference.withDigest(selected.digest()), platform);
    }
    return selected;
  }

  /** Fetches manifest and configuration, and notes where the layers can be had. */
  private Descriptor pull(ImageReference reference, Platform platform) {
    try (Progress.Step step = progress.step("", "pull " + reference)) {
      RegistryClient client = registries.client();
      FetchedManifest top = client.manifest(reference);
      Descriptor named = keep(top);
      FetchedManifest selected = top;
      if (MediaType.isIndex(top.mediaType())) {
        ImageIndex index = ImageIndex.read(top.bytes(), top.mediaType());
        Digest wanted = select(reference, index, platform).digest();
        selected = client.manifest(reference.withDigest(wanted));
        keep(selected);
      }
      Manifest manifest = Manifest.read(selected.bytes(), selected.mediaType());
      fetchConfig(client, reference, manifest);
      manifest.layers().forEach(layer -> store.rememberOrigin(layer.digest(), reference));
      if (reference.tag() != null) {
        store.add(named, List.of(reference.withTag(reference.tag())));
      }
      step.finish(false, manifest.digest().toString());
      return named;
    }
  }

  private Descriptor keep(FetchedManifest manifest) {
    store.put(manifest.bytes(), manifest.digest());
    return new Descriptor(manifest.mediaType(), manifest.digest(), manifest.bytes().length);
  }

  private void fetchConfig(RegistryClient client, ImageReference reference, Manifest manifest) {
    Descriptor config = manifest.config();
    if (store.has(config)) {
      return;
    }
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

  /** The image for a platform; the name is for messages. */
  static Descriptor select(Object reference, ImageIndex index, Platform platform) {
    return index
        .find(platform)
        .orElseThrow(
            () ->
                new BuildException(
                    reference + " has no image for " + platform,
                    "it has "
                        + String.join(
                            ", ",
                            index.manifests().stream()
                                .filter(manifest -> manifest.platform() != null)
                                .map(manifest -> String.valueOf(manifest.platform()))
                                .distinct()
                                .toList())));
  }
}
