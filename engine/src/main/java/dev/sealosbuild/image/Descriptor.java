package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What refers to some content: its type, digest and size.
 *
 * @param mediaType one of {@link MediaType}'s, or any other
 * @param digest of the content
 * @param size of the content in bytes
 * @param annotations free names and values
 * @param platform of the image that an index's entry refers to; null elsewhere
 * @param urls where else the content is to be had; rarely used
 * @param artifactType type of the artifact that an index's entry refers to; null for images
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md">OCI
 *     image-spec, descriptor</a>
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Map<String, String> annotations,
    @Nullable Platform platform,
    List<String> urls,
    @Nullable String artifactType) {

  public Descriptor {
    if (size < 0) {
      throw new BuildException("descriptor of " + digest + " has the size " + size, "");
    }
    annotations = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    urls = List.copyOf(urls);
  }

  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Map.of(), null, List.of(), null);
  }

  /** The descriptor of some bytes. */
  public static Descriptor of(String mediaType, byte[] content) {
    return new Descriptor(mediaType, Digest.of(content), content.length);
  }

  /** Reads a descriptor as it stands in a manifest or an index. */
  public static Descriptor read(JsonObject json) {
    long size = json.number("size", -1);
    if (size < 0) {
      throw new BuildException(json.what() + " lacks a size", "");
    }
    List<String> urls = json.strings("urls");
    return new Descriptor(
        Objects.requireNonNullElse(json.string("mediaType"), "application/octet-stream"),
        digest(json),
        size,
        json.stringMap("annotations"),
        Platform.read(json.object("platform")),
        urls == null ? List.of() : urls,
        json.string("artifactType"));
  }

  private static Digest digest(JsonObject json) {
    try {
      return Digest.parse(json.requiredString("digest"));
    } catch (BuildException e) {
      throw new BuildException(json.what() + ": " + e.getMessage(), e.remedy(), e);
    }
  }

  public Descriptor withAnnotations(Map<String, String> newAnnotations) {
    return new Descriptor(mediaType, digest, size, newAnnotations, platform, urls, artifactType);
  }

  public Descriptor withPlatform(@Nullable Platform newPlatform) {
    return new Descriptor(mediaType, digest, size, annotations, newPlatform, urls, artifactType);
  }

  public Descriptor withMediaType(String newMediaType) {
    return new Descriptor(newMediaType, digest, size, annotations, platform, urls, artifactType);
  }

  /** The descriptor as a JSON value, members in the order of the specification. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mediaType", mediaType);
    json.put("digest", digest.toString());
    json.put("size", size);
    if (!urls.isEmpty()) {
      json.put("urls", urls);
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    if (platform != null) {
      json.put("platform", platform.toJson());
    }
    if (artifactType != null) {
      json.put("artifactType", artifactType);
    }
    return json;
  }

  // Written out: a record's own equals, hashCode and toString are made at first use, which takes
  // tens of milliseconds, and no archive of classes keeps them.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Descriptor descriptor
        && digest.equals(descriptor.digest)
        && size == descriptor.size
        && mediaType.equals(descriptor.mediaType)
        && annotations.equals(descriptor.annotations)
        && Objects.equals(platform, descriptor.platform)
        && urls.equals(descriptor.urls)
        && Objects.equals(artifactType, descriptor.artifactType);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }
}
