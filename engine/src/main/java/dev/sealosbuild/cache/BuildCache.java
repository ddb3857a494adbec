package dev.sealosbuild.cache;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.KeyedFiles;
import java.time.Duration;
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
public final class BuildCache {
  private static final String NO_SOURCE = "none";
  private static final String PROVISIONAL = "provisional-";

  private final ImageStore store;
  private final KeyedFiles files;
  private final boolean readable;
  private final long oldest;
  private final List<CacheStorage> imports;
  private final @Nullable Map<String, Entry> exports;

  /**
   * A result.
   *
   * @param created RFC 3339 time of the first build
   * @param layer null where the instruction made none
   * @param diffId digest of the uncompressed layer; null as above
   * @param provisional whether it is kept under a source that was not read for its digest
   * @param made when the layer was made, in seconds since 1970, whatever time it says of itself
   */
  public record Entry(
      String created,
      @Nullable Descriptor layer,
      @Nullable Digest diffId,
      boolean provisional,
      long made) {

    /** A result of now. */
    public Entry(
        String created, @Nullable Descriptor layer, @Nullable Digest diffId, boolean temporary) {
      this(created, layer, diffId, temporary, System.currentTimeMillis() / 1000);
    }

    public static Entry ofMetadata(String created) {
      return new Entry(created, null, null, false);
    }

    /** Reads what {@link #toBytes} wrote; empty where it was cut short when the power went. */
    static Optional<Entry> read(byte[] bytes) {
      try {
        JsonObject json = Json.readObject(bytes, "cache entry");
        String created = json.requiredString("created");
        long made = json.number("made", 0);
        JsonObject layer = json.object("layer");
        if (layer == null) {
          return Optional.of(new Entry(created, null, null, false, made));
        }
        Digest diffId = Digest.parse(json.requiredString("diffId"));
        return Optional.of(new Entry(created, Descriptor.read(layer), diffId, false, made));
      } catch (BuildException e) {
        return Optional.empty();
      }
    }

    byte[] toBytes() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("created", created);
      if (layer != null && diffId != null) {
        json.put("layer", layer.toJson());
        json.put("diffId", diffId);
      }
      json.put("made", made);
      return Json.write(json);
    }
  }

  /** A provisional entry and the source it is kept under. */
  public record Provisional(Digest source, Entry entry) {}

  /**
   * @param readable whether results may be used; without, they are only written
   */
  BuildCache(ImageStore store, boolean readable) {
    this(store, readable, Long.MIN_VALUE, List.of(), null);
  }

  private BuildCache(
      ImageStore store,
      boolean readable,
      long oldest,
      List<CacheStorage> imports,
      @Nullable Map<String, Entry> exports) {
    this.store = store;
    this.files = store.cache();
    this.readable = readable;
    this.oldest = oldest;
    this.imports = imports;
    this.exports = exports;
  }

  /**
   * The cache of a build.
   *
   * @param imports where results are looked for that the store does not have
   * @param exports gets every result that has a layer; null where nobody wants them
   */
  static BuildCache of(
      ImageStore store,
      CacheOptions options,
      List<CacheStorage> imports,
      @Nullable Map<String, Entry> exports) {
    Duration age = options.maxAge();
    long oldest =
        age == null ? Long.MIN_VALUE : System.currentTimeMillis() / 1000 - age.toSeconds();
    boolean readable = options.readable() && (age == null || !age.isZero());
    return new BuildCache(store, readable, oldest, imports, exports);
  }

  /** The same, of which nothing is read. */
  BuildCache onlyWritten() {
    return new BuildCache(store, false, oldest, imports, exports);
  }

  /** Whether the instruction may have come to anything before, with whatever files. */
  public boolean hasAny(Digest instruction) {
    return readable && (!imports.isEmpty() || files.has(instruction.hex()));
  }

  /** Whether results go elsewhere, so that the digest of what they were made from is needed. */
  public boolean isExported() {
    return exports != null;
  }

  /**
   * What the instruction came to.
   *
   * @param source digest of the files it reads; null where it reads none
   */
  public Optional<Entry> get(Digest instruction, @Nullable Digest source) {
    if (!readable) {
      return Optional.empty();
    }
    String name = name(instruction, source, false);
    Optional<Entry> entry = read(files.get(name));
    if (entry.isEmpty() && source != null) {
      entry = read(files.get(name(instruction, source, true)));
    }
    if (entry.isEmpty()) {
      entry = imported(name);
    }
    if (entry.isPresent()) {
      export(name, entry.get());
    }
    return entry;
  }

  /** What the instruction came to with files whose digests are not known. */
  public List<Provisional> provisional(Digest instruction) {
    List<Provisional> found = new ArrayList<>();
    for (String name : files.names(instruction.hex())) {
      if (name.startsWith(PROVISIONAL)) {
        Digest source = new Digest("sha256", name.substring(PROVISIONAL.length()));
        read(files.get(instruction.hex() + "/" + name))
            .ifPresent(entry -> found.add(new Provisional(source, entry)));
      }
    }
    return found;
  }

  /** Whether the instruction may have come to anything with files whose digests are known. */
  public boolean hasDigested(Digest instruction) {
    return !imports.isEmpty()
        || files.names(instruction.hex()).stream().anyMatch(name -> !name.startsWith(PROVISIONAL));
  }

  public void put(Digest instruction, @Nullable Digest source, Entry entry) {
    files.put(name(instruction, source, entry.provisional()), entry.toBytes());
    if (!entry.provisional()) {
      export(name(instruction, source, false), entry);
    }
  }

  private Optional<Entry> imported(String name) {
    for (CacheStorage storage : imports) {
      Optional<Entry> entry = storage.find(name);
      if (entry.isPresent() && entry.get().made() >= oldest) {
        files.put(name, entry.get().toBytes());
        return entry;
      }
    }
    return Optional.empty();
  }

  private void export(String name, Entry entry) {
    if (exports != null && entry.layer() != null) {
      exports.put(name, entry);
    }
  }

  private Optional<Entry> read(Optional<byte[]> bytes) {
    Optional<Entry> entry = bytes.isEmpty() ? Optional.empty() : Entry.read(bytes.get());
    if (entry.isEmpty() || entry.get().made() < oldest) {
      return Optional.empty();
    }
    Descriptor layer = entry.get().layer();
    return layer == null || store.has(layer) ? entry : Optional.empty();
  }

  private static String name(Digest instruction, @Nullable Digest source, boolean provisional) {
    String prefix = provisional ? PROVISIONAL : "";
    return instruction.hex() + "/" + prefix + (source == null ? NO_SOURCE : source.hex());
  }
}
