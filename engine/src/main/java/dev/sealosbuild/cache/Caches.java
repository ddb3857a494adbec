package dev.sealosbuild.cache;

import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caches of a build: the store's, and those that results come from and go to. */
public final class Caches implements AutoCloseable {
  private final CacheOptions options;
  private final Progress progress;
  private final List<CacheStorage> imports = new ArrayList<>();
  private final List<CacheStorage> exports = new ArrayList<>();
  private final Map<String, BuildCache.Entry> results =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final BuildCache cache;

  public Caches(CacheOptions options, ImageStore store, ImageTransfer transfer, Progress progress) {
    this.options = options;
    this.progress = progress;
    for (CacheAddress address : options.from()) {
      if (address instanceof CacheAddress.Directory directory && !Files.exists(directory.path())) {
        progress.info("there is no cache in " + directory.path() + " yet");
      } else {
        imports.add(open(address, store, transfer, progress));
      }
    }
    for (CacheAddress address : options.to()) {
      exports.add(open(address, store, transfer, progress));
    }
    this.cache = BuildCache.of(store, options, imports, exports.isEmpty() ? null : results);
  }

  /** The cache of what belongs to no stage. */
  public BuildCache cache() {
    return cache;
  }

  /**
   * The cache of a stage.
   *
   * @param name null where it has none
   */
  public BuildCache ofStage(@Nullable String name, int number) {
    for (String filtered : options.filtered()) {
      boolean byName =
          name != null && name.toLowerCase(Locale.ROOT).equals(filtered.toLowerCase(Locale.ROOT));
      if (byName || filtered.equals(Integer.toString(number))) {
        return cache.onlyWritten();
      }
    }
    return cache;
  }

  /** Gives what this build has used and made to the places that were named for it. */
  public void export() {
    for (int i = 0; i < exports.size(); i++) {
      String text = "export the cache to " + options.to().get(i);
      try (Progress.Step step = progress.step("", text)) {
        for (Map.Entry<String, BuildCache.Entry> result : results.entrySet()) {
          exports.get(i).add(result.getKey(), result.getValue());
        }
        step.finish(false, results.size() + " results");
      }
    }
  }

  @Override
  public void close() {
    imports.forEach(CacheStorage::close);
    exports.forEach(CacheStorage::close);
  }

  private static CacheStorage open(
      CacheAddress address, ImageStore store, ImageTransfer transfer, Progress progress) {
    return address instanceof CacheAddress.Directory directory
        ? new DirectoryCache(store, directory.path())
        : new RegistryCache(((CacheAddress.Repository) address).name(), store, transfer, progress);
  }
}
