package dev.sealosbuild.cache;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.History;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Results in a repository of a registry: each is an image of one layer, whose tag is the digest of
 * its key. The configuration's history says when it was made, and its label which key it has.
 */
final class RegistryCache implements CacheStorage {
  private static final String KEY = "io.sealos.build.cache-key";
  private static final String MADE = "io.sealos.build.cache-made";

  private final ImageReference repository;
  private final ImageStore store;
  private final ImageTransfer transfer;
  private final Progress progress;
  private boolean unreachable;

  RegistryCache(
      ImageReference repository, ImageStore store, ImageTransfer transfer, Progress progress) {
    this.repository = repository;
    this.store = store;
    this.transfer = transfer;
    this.progress = progress;
  }

  /** A registry that cannot be reached is told of once, and the build goes on without it. */
  @Override
  public Optional<BuildCache.Entry> find(String key) {
    if (unreachable) {
      return Optional.empty();
    }
    try {
      ImageReference image = image(key);
      return transfer.registries().client().resolve(image).isEmpty()
          ? Optional.empty()
          : fetch(image, key);
    } catch (BuildException e) {
      unreachable = true;
      progress.warn("the cache " + repository.name() + " is not used: " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void add(String key, BuildCache.Entry entry) {
    Descriptor layer = entry.layer();
    Digest diffId = entry.diffId();
    if (layer == null
        || diffId == null
        || transfer.registries().client().resolvePushed(image(key)).isPresent()) {
      return;
    }
    Map<String, String> labels = new TreeMap<>();
    labels.put(KEY, key);
    labels.put(MADE, Long.toString(entry.made()));
    ImageConfig config =
        ImageConfig.scratch(Platform.ofThisMachine())
            .withConfig(ContainerConfig.EMPTY.withLabels(labels))
            .withDiffIds(List.of(diffId))
            .withHistory(List.of(new History(entry.created(), "", null, null, false)));
    byte[] bytes = config.toBytes(false);
    Descriptor described = Descriptor.of(MediaType.OCI_CONFIG, bytes);
    Manifest manifest = Manifest.of(MediaType.OCI_MANIFEST, described, List.of(layer), Map.of());
    store.put(bytes, described.digest());
    store.put(manifest.bytes(), manifest.digest());
    transfer.push(manifest.descriptor(), image(key), null);
  }

  /** The registry's connections are the build's. */
  @Override
  public void close() {}

  private Optional<BuildCache.Entry> fetch(ImageReference image, String key) {
    FetchedManifest fetched = transfer.registries().client().manifest(image);
    Manifest manifest = Manifest.read(fetched.bytes(), fetched.mediaType());
    ImageConfig config = ImageConfig.read(read(manifest.config()));
    if (!key.equals(config.config().labels().get(KEY))
        || manifest.layers().size() != 1
        || config.diffIds().size() != 1
        || config.history().size() != 1) {
      return Optional.empty();
    }
    Descriptor layer = manifest.layers().get(0);
    Digest diffId = config.diffIds().get(0);
    if (!store.has(layer)) {
      store.origins().remember(layer.digest(), repository);
      transfer.layers().fetch(layer);
      LayerCheck.check(store, layer, diffId);
    }
    String created = config.history().get(0).created();
    return Optional.of(
        new BuildCache.Entry(created == null ? "" : created, layer, diffId, false, made(config)));
  }

  /** Seconds since 1970; long ago where the image does not say it. */
  private static long made(ImageConfig config) {
    try {
      return Long.parseLong(config.config().labels().getOrDefault(MADE, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private byte[] read(Descriptor config) {
    try {
      return transfer
          .registries()
          .client()
          .blob(repository, config, in -> in.readNBytes(ImageConfig.MAX_BYTES));
    } catch (IOException e) {
      throw new BuildException(
          "reading " + config.digest() + " of " + repository.name() + " failed: " + e.getMessage(),
          "try again",
          e);
    }
  }

  private ImageReference image(String key) {
    return repository.withTag(Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex());
  }
}
