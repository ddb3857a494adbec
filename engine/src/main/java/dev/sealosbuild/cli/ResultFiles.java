package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.transfer.ImageSigning;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The files that a build's result is written to for other programs.
 *
 * @param id gets the image's ID; null for none
 * @param hex gets the 64 digits of the image's ID; null for none
 * @param metadata gets a JSON object; null for none
 */
record ResultFiles(@Nullable Path id, @Nullable Path hex, @Nullable Path metadata) {

  /**
   * The files of those names.
   *
   * @throws BuildException when one could not be written; better before the build than after it
   */
  static ResultFiles at(@Nullable String id, @Nullable String hex, @Nullable String metadata) {
    return new ResultFiles(
        checked(OutputArguments.IIDFILE, id),
        checked(OutputArguments.IIDFILE_RAW, hex),
        checked(OutputArguments.METADATA_FILE, metadata));
  }

  /** Whether the ID goes to a file, and not to standard output. */
  boolean hasId() {
    return id != null || hex != null;
  }

  /** Writes each file whole, or leaves what was there. */
  void write(BuildResult result) {
    if (id != null) {
      write(id, result.imageId().toString().getBytes(StandardCharsets.UTF_8));
    }
    if (hex != null) {
      write(hex, result.imageId().hex().getBytes(StandardCharsets.UTF_8));
    }
    if (metadata != null) {
      write(metadata, Json.writeIndented(describe(result)));
    }
  }

  /**
   * The result with the keys that {@code docker buildx build --metadata-file} has, and {@code
   * vcs.revision}, the id of the commit that the context was. Keys of our own:
   *
   * <ul>
   *   <li>{@code sealosbuild.images}: one object a platform, with {@code platform}, {@code digest}
   *       of the manifest, {@code config.digest}, {@code size} of all blobs in bytes, and {@code
   *       layers}, base first: {@code instruction} (empty for the base's), {@code size} and {@code
   *       digest} of the blob, {@code cached}, {@code seconds}
   *   <li>{@code sealosbuild.bases}: the images that the build took something from: {@code name},
   *       {@code platform}, {@code digest} of the manifest
   *   <li>{@code sealosbuild.pushed}: the names that registries have now
   *   <li>{@code sealosbuild.signatures}: those that were made, where something was signed: {@code
   *       name} and {@code digest} of what is signed, {@code kind} ({@code simple} or {@code
   *       sigstore}), {@code key} (a fingerprint), {@code where}
   * </ul>
   *
   * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#metadata-file">docker
   *     buildx build, --metadata-file</a>
   */
  static Map<String, Object> describe(BuildResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("containerimage.config.digest", result.imageId().toString());
    json.put("containerimage.descriptor", result.manifest().toJson());
    json.put("containerimage.digest", result.manifest().digest().toString());
    if (!result.tags().isEmpty()) {
      StringJoiner names = new StringJoiner(",");
      for (ImageReference tag : result.tags()) {
        names.add(tag.toString());
      }
      json.put("image.name", names.toString());
    }
    if (!result.savedImages().isEmpty()) {
      json.put("sealosbuild.savedImages", SavedTable.json(result.savedImages()));
    }
    if (result.contextCommit() != null) {
      json.put("vcs.revision", result.contextCommit());
    }
    List<Object> images = new ArrayList<>();
    for (BuildResult.BuiltImage image : result.images()) {
      images.add(describe(image));
    }
    json.put("sealosbuild.images", images);
    List<Object> bases = new ArrayList<>();
    for (BuildResult.Base base : result.bases()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", base.name());
      object.put("platform", base.platform().toString());
      object.put("digest", base.digest().toString());
      bases.add(object);
    }
    json.put("sealosbuild.bases", bases);
    List<Object> pushed = new ArrayList<>();
    for (ImageReference name : result.pushed()) {
      pushed.add(name.toString());
    }
    json.put("sealosbuild.pushed", pushed);
    if (!result.signatures().isEmpty()) {
      json.put("sealosbuild.signatures", signatures(result));
    }
    if (result.provenance() != null) {
      json.put("buildx.build.provenance", result.provenance());
    }
    return json;
  }

  private static List<Object> signatures(BuildResult result) {
    List<Object> signatures = new ArrayList<>();
    for (ImageSigning.Signature signature : result.signatures()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", signature.name().toString());
      object.put("digest", signature.digest().toString());
      object.put("kind", signature.kind());
      object.put("key", signature.key());
      object.put("where", signature.where());
      signatures.add(object);
    }
    return signatures;
  }

  private static Map<String, Object> describe(BuildResult.BuiltImage image) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("platform", image.platform().toString());
    json.put("digest", image.manifest().digest().toString());
    json.put("config.digest", image.imageId().toString());
    json.put("size", image.size());
    List<Object> layers = new ArrayList<>();
    for (BuildResult.BuiltLayer layer : image.layers()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("instruction", layer.instruction());
      object.put("size", layer.descriptor().size());
      object.put("digest", layer.descriptor().digest().toString());
      object.put("cached", layer.cached());
      object.put("seconds", BigDecimal.valueOf(layer.time().toMillis(), 3));
      layers.add(object);
    }
    json.put("layers", layers);
    return json;
  }

  private static @Nullable Path checked(String option, @Nullable String name) {
    if (name == null) {
      return null;
    }
    if (name.isEmpty()) {
      throw new BuildException(option + " is empty", "name a file");
    }
    Path file = Path.of(name).toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new BuildException(option + " " + name + " is a directory", "name a file");
    }
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BuildException(
          option + " " + name + " lies in a directory that is missing", "make the directory first");
    }
    return file;
  }

  private static void write(Path file, byte[] content) {
    // What is no plain file, such as /dev/stdout, must be written to and not be replaced.
    boolean replaceable = !Files.exists(file) || Files.isRegularFile(file);
    try {
      if (!replaceable) {
        Files.write(file, content);
        return;
      }
      Path target = Files.exists(file) ? file.toRealPath() : file;
      Path half =
          target.resolveSibling(target.getFileName() + ".tmp" + ProcessHandle.current().pid());
      try {
        Files.write(half, content);
        Files.move(
            half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(half);
      }
    } catch (IOException e) {
      throw new BuildException(
          "the image is built, but " + file + " cannot be written: " + e,
          "see that its directory can be written and has room",
          e);
    }
  }
}
