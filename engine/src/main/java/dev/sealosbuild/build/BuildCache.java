package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.KeyedFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What instructions came to in earlier builds: {@code cache/INSTRUCTION/SOURCE}, where the first
 * name is the digest of all that an instruction depends on but the files it reads, and the second
 * the digest of those. So it costs one look to know that no file needs to be read for a comparison.
 */
final class BuildCache {
  private static final String NO_SOURCE = "none";
  private static final String PROVISIONAL = "provisional-";

  private final ImageStore store;
  private final KeyedFiles files;
  private final boolean readable;

  /**
   * @param created RFC 3339 time of the first build
   * @param layer null where the instruction made none
   * @param diffId digest of the uncompressed layer; null as above
   * @param provisional whether it is kept under a source that was not read for its digest
   */
  record Entry(
      String created, @Nullable Descriptor layer, @Nullable Digest diffId, boolean provisional) {

    static Entry ofMetadata(String created) {
      return new Entry(created, null, null, false);
    }
  }

  /** A provisional entry and the source it is kept under. */
  record Provisional(Digest source, Entry entry) {}

  /**
   * @param readable whether results may be used; without, they are only written
   */
  BuildCache(ImageStore store, boolean readable) {
    this.store = store;
    this.files = store.cache();
    this.readable = readable;
  }

  /** Whether the instruction came to anything before, with whatever files. */
  boolean hasAny(Digest instruction) {
    return readable && files.has(instruction.hex());
  }

  /**
   * What the instruction came to.
   *
   * @param source digest of the files it reads; null where it reads none
   */
  Optional<Entry> get(Digest instruction, @Nullable Digest source) {
    if (!readable) {
      return Optional.empty();
    }
    Optional<Entry> entry = files.get(name(instruction, source, false)).flatMap(this::read);
    return entry.isPresent() || source == null
        ? entry
        : files.get(name(instruction, source, true)).flatMap(this::read);
  }

  /** What the instruction came to with files whose digests are not known. */
  List<Provisional> provisional(Digest instruction) {
    List<Provisional> found = new ArrayList<>();
    for (String name : files.names(instruction.hex())) {
      if (name.startsWith(PROVISIONAL)) {
        Digest source = new Digest("sha256", name.substring(PROVISIONAL.length()));
        files
            .get(instruction.hex() + "/" + name)
            .flatMap(this::read)
            .ifPresent(entry -> found.add(new Provisional(source, entry)));
      }
    }
    return found;
  }

  /** Whether the instruction came to anything with files whose digests are known. */
  boolean hasDigested(Digest instruction) {
    return files.names(instruction.hex()).stream().anyMatch(name -> !name.startsWith(PROVISIONAL));
  }

  void put(Digest instruction, @Nullable Digest source, Entry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("created", entry.created());
    if (entry.layer() != null && entry.diffId() != null) {
      json.put("layer", entry.layer().toJson());
      json.put("diffId", entry.diffId());
    }
    files.put(name(instruction, source, entry.provisional()), Json.write(json));
  }

  private Optional<Entry> read(byte[] bytes) {
    try {
      JsonObject json = Json.readObject(bytes, "cache entry");
      JsonObject layer = json.object("layer");
      if (layer == null) {
        return Optional.of(Entry.ofMetadata(json.requiredString("created")));
      }
      Descriptor descriptor = Descriptor.read(layer);
      Digest diffId = Digest.parse(json.requiredString("diffId"));
      return store.has(descriptor)
          ? Optional.of(new Entry(json.requiredString("created"), descriptor, diffId, false))
          : Optional.empty();
    } catch (BuildException e) {
      // Cut short when the power went: as good as never written.
      return Optional.empty();
    }
  }

  private static String name(Digest instruction, @Nullable Digest source, boolean provisional) {
    String prefix = provisional ? PROVISIONAL : "";
    return instruction.hex() + "/" + prefix + (source == null ? NO_SOURCE : source.hex());
  }
}
