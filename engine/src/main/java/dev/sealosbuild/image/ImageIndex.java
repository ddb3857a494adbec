package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A list of manifests, one a platform, with the bytes that it was read from.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI
 *     image-spec, image index</a>
 */
public final class ImageIndex {
  private final String mediaType;
  private final List<Descriptor> manifests;
  private final Map<String, String> annotations;
  private final byte[] bytes;
  private final Digest digest;

  private ImageIndex(JsonObject json, String mediaType, byte[] bytes) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.digest = Digest.of(bytes);
    this.manifests = json.objects("manifests").stream().map(Descriptor::read).toList();
    this.annotations = json.stringMap("annotations");
  }

  /**
   * Reads an index.
   *
   * @param mediaType as the registry or the descriptor gave it
   * @throws BuildException when the bytes are not an index of schema version 2
   */
  public static ImageIndex read(byte[] bytes, String mediaType) {
    String what = "index " + Digest.of(bytes);
    if (bytes.length > Manifest.MAX_BYTES) {
      throw new BuildException(what + " has " + bytes.length + " bytes", "at most 4 MiB are read");
    }
    JsonObject json = Json.readObject(bytes, what);
    if (json.number("schemaVersion", 0) != 2) {
      throw new BuildException(what + " is not of schema version 2", "");
    }
    String type = Objects.requireNonNullElse(json.string("mediaType"), mediaType);
    if (!MediaType.isIndex(type)) {
      throw new BuildException(what + " has the media type " + type, "an index was expected");
    }
    return new ImageIndex(json, type, bytes);
  }

  /** Makes an index of OCI's or Docker's type. */
  public static ImageIndex of(
      String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {
    return read(write(mediaType, manifests, annotations), mediaType);
  }

  /** The bytes of an index of OCI's or Docker's type. */
  public static byte[] write(
      String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", mediaType);
    json.put("manifests", manifests.stream().map(Descriptor::toJson).toList());
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    return Json.write(json);
  }

  /**
   * The first manifest for the platform, in the order of the index; where there is none, that for
   * the newest variant which runs there too.
   */
  public Optional<Descriptor> find(Platform wanted) {
    for (Platform platform : wanted.runnable()) {
      for (Descriptor manifest : manifests) {
        if (manifest.platform() != null && manifest.platform().satisfies(platform)) {
          return Optional.of(manifest);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The image for a platform: of several that run there, the one that uses most of it.
   *
   * @param name of the index, for messages
   * @throws BuildException when there is none, or an index in its place
   */
  public Descriptor require(Object name, Platform platform) {
    Descriptor image =
        find(platform)
            .orElseThrow(
                () ->
                    new BuildException(
                        name + " has no image for " + platform,
                        "it has "
                            + images().stream()
                                .map(each -> String.valueOf(each.platform()))
                                .distinct()
                                .collect(Collectors.joining(", "))));
    if (MediaType.isIndex(image.mediaType())) {
      throw new BuildException(
          name + " has an index within its index for " + platform,
          "name the inner one by its digest, " + image.digest());
    }
    return image;
  }

  /** The entries that are images; others are what BuildKit says of how they were made. */
  public List<Descriptor> images() {
    return manifests.stream()
        .filter(image -> image.platform() != null && !image.platform().os().equals("unknown"))
        .toList();
  }

  public String mediaType() {
    return mediaType;
  }

  public List<Descriptor> manifests() {
    return manifests;
  }

  public Map<String, String> annotations() {
    return annotations;
  }

  /** The very bytes that {@link #digest()} is the digest of; do not change them. */
  public byte[] bytes() {
    return bytes;
  }

  public Digest digest() {
    return digest;
  }

  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length);
  }
}
