package dev.sealosbuild.cache;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Results in a directory that is laid out as a store, which a CI system keeps between its runs. */
final class DirectoryCache implements CacheStorage {
  private final ImageStore store;
  private final ImageStore directory;

  /**
   * @param store that blobs are brought to and come from
   * @param path made where there is none
   */
  DirectoryCache(ImageStore store, Path path) {
    this.store = store;
    this.directory = ImageStore.open(path);
  }

  @Override
  public Optional<BuildCache.Entry> find(String key) {
    Optional<byte[]> bytes = directory.cache().get(key);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Optional<BuildCache.Entry> entry = BuildCache.Entry.read(bytes.get());
    if (entry.isEmpty() || entry.get().layer() == null || entry.get().diffId() == null) {
      return entry;
    }
    Descriptor layer = entry.get().layer();
    if (!directory.has(layer)) {
      return Optional.empty();
    }
    if (!store.has(layer)) {
      bring(layer, directory, store);
      LayerCheck.check(store, layer, entry.get().diffId());
    }
    return entry;
  }

  @Override
  public void add(String key, BuildCache.Entry entry) {
    Descriptor layer = entry.layer();
    if (layer != null && !directory.has(layer)) {
      bring(layer, store, directory);
    }
    directory.cache().put(key, entry.toBytes());
  }

  @Override
  public void close() {
    directory.close();
  }

  private static void bring(Descriptor layer, ImageStore from, ImageStore to) {
    Path blob = from.blobPath(layer.digest());
    try (InputStream in = Files.newInputStream(blob)) {
      LayerCheck.copy(in, layer, to);
    } catch (IOException e) {
      throw new BuildException(
          "the cached layer " + blob + " cannot be read: " + e.getMessage(), "remove it", e);
    }
  }
}
