package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of one image: its configuration and its layers. The bytes that it was read from are
 * kept, so that its digest never changes by being read.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md">OCI
 *     image-spec, manifest</a>
 */
public final class Manifest {
  /** A manifest larger than this (4 MiB) is refused, as the distribution specification allows. */
  public static final int MAX_BYTES = 4 << 20;

  private final String mediaType;
  private final Descriptor config;
  private final List<Descriptor> layers;
  private final Map<String, String> annotations;
  private final @Nullable Descriptor subject;
  private final @Nullable String artifactType;
  private final byte[] bytes;
  private final Digest digest;

  private Manifest(JsonObject json, String mediaType, byte[] bytes) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.digest = Digest.of(bytes);
    JsonObject configJson = json.object("config");
    if (configJson == null) {
      throw new BuildException(json.what() + " lacks a config", "");
    }
    this.config = Descriptor.read(configJson);
    this.layers = json.objects("layers").stream().map(Descriptor::read).toList();
    this.annotations = json.stringMap("annotations");
    JsonObject subjectJson = json.object("subject");
    this.subject = subjectJson == null ? null : Descriptor.read(subjectJson);
    this.artifactType = json.string("artifactType");
  }

  /**
   * Reads a manifest.
   *
   * @param mediaType as the registry or the descriptor gave it; what stands in the text must agree
   * @throws BuildException when the bytes are not a manifest of schema version 2
   */
  public static Manifest read(byte[] bytes, String mediaType) {
    String what = "manifest " + Digest.of(bytes);
    if (bytes.length > MAX_BYTES) {
      throw new BuildException(what + " has " + bytes.length + " bytes", "at most 4 MiB are read");
    }
    JsonObject json = Json.readObject(bytes, what);
    if (json.number("schemaVersion", 0) != 2) {
      throw new BuildException(
          what + " is not of schema version 2", "push the image again with a current tool");
    }
    String type = Objects.requireNonNullElse(json.string("mediaType"), mediaType);
    if (!MediaType.isManifest(type)) {
      throw new BuildException(
          what + " has the media type " + type, "an image's manifest was expected");
    }
    return new Manifest(json, type, bytes);
  }

  /**
   * Makes a manifest.
   *
   * @param mediaType {@link MediaType#OCI_MANIFEST} or {@link MediaType#DOCKER_MANIFEST}
   */
  public static Manifest of(
      String mediaType,
      Descriptor config,
      List<Descriptor> layers,
      Map<String, String> annotations) {
    return of(mediaType, config, layers, annotations, null, null);
  }

  /**
   * Makes a manifest that may be a referrer.
   *
   * @param mediaType {@link MediaType#OCI_MANIFEST} or {@link MediaType#DOCKER_MANIFEST}
   * @param subject what it is a referrer of; null for images
   * @param artifactType what it is; null for images
   */
  public static Manifest of(
      String mediaType,
      Descriptor config,
      List<Descriptor> layers,
      Map<String, String> annotations,
      @Nullable Descriptor subject,
      @Nullable String artifactType) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", mediaType);
    if (artifactType != null) {
      json.put("artifactType", artifactType);
    }
    json.put("config", config.toJson());
    json.put("layers", layers.stream().map(Descriptor::toJson).toList());
    if (subject != null) {
      json.put("subject", subject.toJson());
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    return read(Json.write(json), mediaType);
  }

  public String mediaType() {
    return mediaType;
  }

  public Descriptor config() {
    return config;
  }

  /** The layers, base first. */
  public List<Descriptor> layers() {
    return layers;
  }

  public Map<String, String> annotations() {
    return annotations;
  }

  /** What this manifest is a referrer of; null for images. */
  public @Nullable Descriptor subject() {
    return subject;
  }

  public @Nullable String artifactType() {
    return artifactType;
  }

  /** The very bytes that {@link #digest()} is the digest of; do not change them. */
  public byte[] bytes() {
    return bytes;
  }

  public Digest digest() {
    return digest;
  }

  /** The descriptor that an index would have of it, without a platform. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, digest, bytes.length);
  }

  /** The size of all that makes the image up in a registry: manifest, configuration and layers. */
  public long totalSize() {
    return bytes.length + config.size() + layers.stream().mapToLong(Descriptor::size).sum();
  }
}
