package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Images as the files of an archive that {@code docker load} takes. Layers stand in it
 * uncompressed, with their sizes before them: until the archive is written they are spooled.
 */
final class DockerFiles implements AutoCloseable {
  private final ImageTransfer transfer;
  private final ImageStore store;
  private final FileSet set = new FileSet();
  private final Map<Digest, List<ImageReference>> names = new LinkedHashMap<>();
  private final Map<Digest, Map<String, Object>> images = new LinkedHashMap<>();
  private @Nullable Path spool;

  DockerFiles(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /**
   * Adds an image.
   *
   * @param image no index
   */
  void add(Descriptor image, List<ImageReference> ofImage) throws IOException {
    transfer.fetchAll(image);
    Manifest manifest = store.manifest(image);
    ImageConfig config = store.config(manifest);
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new BuildException(
          "the image " + image.digest() + " has other layers than its configuration speaks of",
          "it is no image that docker could load");
    }
    String configName = manifest.config().digest().hex() + ".json";
    set.add(configName, store.read(manifest.config()));
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      Digest diffId = config.diffIds().get(i);
      String name = diffId.hex() + ".tar";
      layers.add(name);
      if (!set.has(name)) {
        set.add(name, plain(manifest.layers().get(i), diffId));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("Config", configName);
    json.put("Layers", layers);
    Digest id = manifest.config().digest();
    images.put(id, json);
    names.computeIfAbsent(id, absent -> new ArrayList<>()).addAll(ofImage);
  }

  /** The files. */
  FileSet set() {
    List<Map<String, Object>> list = new ArrayList<>();
    images.forEach(
        (id, image) -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("Config", String.valueOf(image.get("Config")));
          json.put(
              "RepoTags",
              names.getOrDefault(id, List.of()).stream()
                  .filter(name -> name.tag() != null)
                  .map(ImageReference::familiarName)
                  .distinct()
                  .toList());
          json.put("Layers", image.getOrDefault("Layers", List.of()));
          list.add(json);
        });
    set.add("manifest.json", Json.write(list));
    set.add("repositories", Json.write(repositories()));
    return set;
  }

  /** What the first readers of such archives looked at: the topmost layer of each name. */
  private Map<String, Map<String, String>> repositories() {
    Map<String, Map<String, String>> repositories = new TreeMap<>();
    images.forEach(
        (id, image) -> {
          List<?> layers = (List<?>) image.getOrDefault("Layers", List.of());
          for (ImageReference name : names.getOrDefault(id, List.of())) {
            if (name.tag() != null && !layers.isEmpty()) {
              String top = String.valueOf(layers.get(layers.size() - 1));
              repositories
                  .computeIfAbsent(
                      name.withTag(name.tag()).familiarName().replaceAll(":[^:/]*$", ""),
                      absent -> new TreeMap<>())
                  .put(name.tag(), top.substring(0, top.indexOf('.')));
            }
          }
        });
    return repositories;
  }

  @Override
  public void close() {
    try {
      if (spool != null) {
        FileRemoval.remove(spool);
      }
    } catch (IOException e) {
      throw StoreFailure.of("removing temporary files of " + store.root(), e);
    }
  }

  private Path plain(Descriptor layer, Digest diffId) throws IOException {
    Compression compression = Compression.ofMediaType(layer.mediaType());
    if (compression == Compression.NONE) {
      return store.blobPath(layer.digest());
    }
    if (spool == null) {
      spool = Files.createDirectory(store.temporary().newPath());
    }
    Path file = spool.resolve(diffId.hex());
    MessageDigest computation = diffId.newMessageDigest();
    try (InputStream in = LayerReader.decompress(transfer.layers().open(layer), compression);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[256 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        computation.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
    if (!diffId.matches(computation)) {
      throw new BuildException(
          "the layer " + layer.digest() + " is not what the image's configuration says of it",
          "pull or build the image again");
    }
    return file;
  }
}
