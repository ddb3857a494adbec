package dev.sealosbuild.store;

import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Removes cached results and images, the oldest first, as far as limits allow. */
final class OldestFirst {
  private final ImageStore store;
  private final IndexFile index;
  private final PruneLimits limits;
  private final Map<Digest, Integer> uses = new HashMap<>();
  private final List<Candidate> candidates = new ArrayList<>();

  /** What can be removed, and the blobs that it needs. */
  private record Candidate(Instant time, Set<Digest> blobs, Removal removal) {}

  private interface Removal {
    void run() throws IOException;
  }

  OldestFirst(ImageStore store, IndexFile index, PruneLimits limits) {
    this.store = store;
    this.index = index;
    this.limits = limits;
  }

  /** Takes away what may go; the blobs of it are still to be swept. */
  void remove() throws IOException {
    collectImages();
    collectResults();
    candidates.sort(Comparator.comparing(Candidate::time));
    long total = 0;
    for (Digest blob : uses.keySet()) {
      total += size(blob);
    }
    for (Candidate candidate : candidates) {
      boolean enough = limits.keepBytes() >= 0 && total <= limits.keepBytes();
      boolean young = limits.before() != null && !candidate.time().isBefore(limits.before());
      if (enough || young) {
        return;
      }
      candidate.removal().run();
      for (Digest blob : candidate.blobs()) {
        if (uses.merge(blob, -1, Integer::sum) == 0) {
          total -= size(blob);
        }
      }
    }
  }

  private void collectImages() throws IOException {
    Map<Digest, Boolean> named = new HashMap<>();
    Map<Digest, StoredImage> images = new HashMap<>();
    for (StoredImage image : index.images()) {
      Digest digest = image.descriptor().digest();
      images.put(digest, image);
      named.merge(digest, image.name().isPresent(), Boolean::logicalOr);
    }
    for (Map.Entry<Digest, StoredImage> image : images.entrySet()) {
      Set<Digest> blobs = GarbageCollector.blobsOf(store, image.getValue().descriptor());
      blobs.forEach(blob -> uses.merge(blob, 1, Integer::sum));
      if (limits.named() || !named.getOrDefault(image.getKey(), false)) {
        Instant time = time(store.blobPath(image.getKey()));
        candidates.add(new Candidate(time, blobs, () -> index.removeImage(image.getKey())));
      }
    }
  }

  private void collectResults() throws IOException {
    for (String key : store.cache().keys()) {
      add("cache", store.cache(), key, GarbageCollector::blobsOf);
    }
    for (String key : store.saved().keys()) {
      add("saved", store.saved(), key, kept -> GarbageCollector.blobsOfKept(store, kept));
    }
  }

  private void add(
      String folder, KeyedFiles files, String key, Function<byte[], Set<Digest>> blobsOf)
      throws IOException {
    Set<Digest> blobs = files.get(key).map(blobsOf).orElse(Set.of());
    blobs.forEach(blob -> uses.merge(blob, 1, Integer::sum));
    Instant time = time(store.root().resolve(folder).resolve(key));
    candidates.add(new Candidate(time, blobs, () -> files.remove(key)));
  }

  private static Instant time(Path file) throws IOException {
    return Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
  }

  private long size(Digest blob) throws IOException {
    Path file = store.blobPath(blob);
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
