package dev.sealosbuild.testing;

import com.github.luben.zstd.ZstdInputStream;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An image as a reader of its OCI layout finds it: its configuration, and the file system that its
 * layers make when they are unpacked one over another. Every blob's size and digest is checked on
 * the way.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md">OCI image-spec,
 *     layers and whiteouts</a>
 */
public final class ImageContents {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** What buildah draws at random, or says about itself. */
  private static final Set<String> OF_ONE_BUILD = Set.of("Hostname", "io.buildah.version");

  private final Path layout;
  private final JsonObject descriptor;
  private final JsonObject manifest;
  private final JsonObject config;
  private final TreeMap<String, UnpackedFile> files = new TreeMap<>();

  private ImageContents(Path layout, JsonObject descriptor) {
    this.layout = layout;
    this.descriptor = descriptor;
    this.manifest = Json.readObject(blob(descriptor), "manifest");
    this.config =
        Json.readObject(blob(Objects.requireNonNull(manifest.object("config"))), "config");
  }

  /**
   * Reads an image.
   *
   * @param layout folder with {@code oci-layout}, {@code index.json} and {@code blobs}
   * @param name what the index calls it, in {@code org.opencontainers.image.ref.name}
   */
  public static ImageContents read(Path layout, String name) {
    JsonObject index = Json.readObject(bytes(layout.resolve("index.json")), "index.json");
    List<String> names = new ArrayList<>();
    for (JsonObject candidate : index.objects("manifests")) {
      String found = String.valueOf(candidate.stringMap("annotations").get(REF_NAME));
      names.add(found);
      if (found.equals(name)) {
        ImageContents image = new ImageContents(layout, candidate);
        image.unpack();
        return image;
      }
    }
    throw new AssertionError(layout + " has no " + name + " but " + names);
  }

  /**
   * Reads an image from what skopeo and buildah call {@code dir:}.
   *
   * @param directory with {@code manifest.json} and the blobs, named for their digests
   */
  public static ImageContents readDirectory(Path directory) {
    byte[] manifest = bytes(directory.resolve("manifest.json"));
    String digest = "sha256:" + HexFormat.of().formatHex(sha256().digest(manifest));
    Path copy = directory.resolve(digest.substring(digest.indexOf(':') + 1));
    try {
      Files.write(copy, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Object> descriptor = Map.of("digest", digest, "size", (long) manifest.length);
    ImageContents image = new ImageContents(directory, new JsonObject(descriptor, "descriptor"));
    image.unpack();
    return image;
  }

  /** What skopeo calls it. */
  public String skopeoName() {
    return "oci:" + layout + ":" + descriptor.stringMap("annotations").get(REF_NAME);
  }

  /** The manifest's digest. */
  public String digest() {
    return descriptor.requiredString("digest");
  }

  public JsonObject manifest() {
    return manifest;
  }

  public JsonObject config() {
    return config;
  }

  /** The layers' descriptors, base first. */
  public List<JsonObject> layers() {
    return manifest.objects("layers");
  }

  /** The file that holds a blob. */
  public Path blobPath(JsonObject blobDescriptor) {
    String[] digest = blobDescriptor.requiredString("digest").split(":", 2);
    Path blobs = layout.resolve("blobs").resolve(digest[0]);
    return (Files.isDirectory(blobs) ? blobs : layout).resolve(digest[1]);
  }

  /** Every path with what is there, a line each, sorted; hard links name the first of them. */
  public List<String> listing() {
    Map<UnpackedFile, String> firstName = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    files.forEach(
        (path, file) -> {
          String first = firstName.putIfAbsent(file, path);
          lines.add(path + " " + file.describe() + (first == null ? "" : " same file as " + first));
        });
    return lines;
  }

  /**
   * What containers start with, without what is empty, which readers take for absent, and without
   * what buildah draws at random or says about itself.
   */
  public Map<String, Object> containerConfig() {
    return containerConfig(config);
  }

  /** As {@link #containerConfig()}, of any image's configuration. */
  public static Map<String, Object> containerConfig(JsonObject config) {
    Map<String, Object> kept = new TreeMap<>();
    Objects.requireNonNull(config.object("config"))
        .members()
        .forEach(
            (name, value) -> {
              Object rest = withoutOneBuilds(value);
              boolean empty =
                  rest == null
                      || rest.equals(false)
                      || rest.equals("")
                      || rest.equals(List.of())
                      || rest.equals(Map.of());
              if (!empty && !OF_ONE_BUILD.contains(String.valueOf(name))) {
                kept.put(String.valueOf(name), rest);
              }
            });
    return kept;
  }

  private static @Nullable Object withoutOneBuilds(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> kept = new TreeMap<>();
      map.forEach(
          (name, inner) -> {
            if (!OF_ONE_BUILD.contains(String.valueOf(name))) {
              kept.put(String.valueOf(name), inner);
            }
          });
      return kept;
    }
    return value instanceof Collection<?> list ? new ArrayList<>(list) : value;
  }

  /** What instructions the history says were run, oldest first. */
  public List<String> createdBy() {
    return config.objects("history").stream().map(entry -> entry.string("created_by")).toList();
  }

  /** Which of the history's entries made no layer, oldest first. */
  public List<Boolean> emptyLayers() {
    return config.objects("history").stream()
        .map(entry -> Boolean.TRUE.equals(entry.bool("empty_layer")))
        .toList();
  }

  private void unpack() {
    List<String> diffIds =
        Objects.requireNonNull(Objects.requireNonNull(config.object("rootfs")).strings("diff_ids"));
    if (diffIds.size() != layers().size()) {
      throw new AssertionError(layers().size() + " layers but " + diffIds.size() + " diff ids");
    }
    for (int i = 0; i < diffIds.size(); i++) {
      JsonObject layer = layers().get(i);
      blob(layer);
      MessageDigest hash = sha256();
      try (InputStream file = new BufferedInputStream(Files.newInputStream(blobPath(layer)));
          InputStream plain = decompressed(file, layer.requiredString("mediaType"))) {
        byte[] tar = plain.readAllBytes();
        hash.update(tar);
        String diffId = "sha256:" + HexFormat.of().formatHex(hash.digest());
        if (!diffId.equals(diffIds.get(i))) {
          throw new AssertionError("layer " + i + " is " + diffId + ", not " + diffIds.get(i));
        }
        try (TarArchiveInputStream entries =
            new TarArchiveInputStream(new java.io.ByteArrayInputStream(tar), "UTF-8")) {
          apply(entries);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void apply(TarArchiveInputStream tar) throws IOException {
    TreeMap<String, UnpackedFile> added = new TreeMap<>();
    List<String> removed = new ArrayList<>();
    List<String> emptied = new ArrayList<>();
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      String path = canonical(entry.getName());
      String name = path.substring(path.lastIndexOf('/') + 1);
      String parent = path.substring(0, Math.max(0, path.lastIndexOf('/')));
      if (name.equals(OPAQUE)) {
        emptied.add(parent);
      } else if (name.startsWith(WHITEOUT)) {
        String hidden = name.substring(WHITEOUT.length());
        removed.add(parent.isEmpty() ? hidden : parent + "/" + hidden);
      } else if (entry.isLink()) {
        String target = canonical(entry.getLinkName());
        UnpackedFile linked = added.getOrDefault(target, files.get(target));
        added.put(path, Objects.requireNonNull(linked, () -> path + " links to no " + target));
      } else if (!path.isEmpty()) {
        added.put(path, UnpackedFile.of(entry, tar));
      }
    }
    removed.forEach(this::remove);
    emptied.forEach(this::removeBelow);
    added.forEach(this::put);
  }

  private void put(String path, UnpackedFile file) {
    if (!file.isDirectory()) {
      removeBelow(path);
    }
    files.put(path, file);
  }

  private void remove(String path) {
    removeBelow(path);
    files.remove(path);
  }

  private void removeBelow(String path) {
    if (path.isEmpty()) {
      files.clear();
    } else {
      files.subMap(path + "/", path + "0").clear();
    }
  }

  /** A blob's bytes, after its size and digest were checked. */
  private byte[] blob(JsonObject blobDescriptor) {
    byte[] content = bytes(blobPath(blobDescriptor));
    String found = "sha256:" + HexFormat.of().formatHex(sha256().digest(content));
    if (content.length != blobDescriptor.number("size", -1)
        || !found.equals(blobDescriptor.requiredString("digest"))) {
      throw new AssertionError(
          blobDescriptor.members() + " is " + found + " of " + content.length + " bytes");
    }
    return content;
  }

  private static InputStream decompressed(InputStream blob, String mediaType) throws IOException {
    if (mediaType.endsWith("zstd")) {
      return new ZstdInputStream(blob);
    }
    return mediaType.endsWith("gzip") ? new GZIPInputStream(blob) : blob;
  }

  private static String canonical(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
