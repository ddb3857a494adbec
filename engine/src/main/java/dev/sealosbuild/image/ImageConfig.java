package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an image: what it runs on, what its containers start with, the digests of
 * its uncompressed layers, and its history.
 *
 * @param created RFC 3339 time; null where unknown
 * @param author null where unknown
 * @param platform what it runs on
 * @param config what its containers start with
 * @param diffIds digests of the uncompressed layers, base first
 * @param history of the instructions, oldest first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md">OCI image-spec,
 *     image configuration</a>
 */
public record ImageConfig(
    @Nullable String created,
    @Nullable String author,
    Platform platform,
    ContainerConfig config,
    List<Digest> diffIds,
    List<History> history) {
  /** A configuration larger than this (8 MiB) is refused. */
  public static final int MAX_BYTES = 8 << 20;

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
  }

  /** The configuration that {@code FROM scratch} starts with. */
  public static ImageConfig scratch(Platform platform) {
    return new ImageConfig(null, null, platform, ContainerConfig.EMPTY, List.of(), List.of());
  }

  /**
   * Reads a configuration of OCI's or Docker's type.
   *
   * @throws BuildException when it is not one
   */
  public static ImageConfig read(byte[] bytes) {
    String what = "image configuration " + Digest.of(bytes);
    if (bytes.length > MAX_BYTES) {
      throw new BuildException(what + " has " + bytes.length + " bytes", "at most 8 MiB are read");
    }
    JsonObject json = Json.readObject(bytes, what);
    JsonObject rootfs = json.object("rootfs");
    List<String> diffIds = rootfs == null ? null : rootfs.strings("diff_ids");
    return new ImageConfig(
        json.string("created"),
        json.string("author"),
        Objects.requireNonNull(Platform.read(json)),
        ContainerConfig.read(json.object("config")),
        diffIds == null ? List.of() : diffIds.stream().map(Digest::parse).toList(),
        json.objects("history").stream().map(History::read).toList());
  }

  /**
   * The configuration as it is stored.
   *
   * @param docker whether to keep what only Docker's format has: Healthcheck, OnBuild, Shell
   */
  public byte[] toBytes(boolean docker) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (created != null) {
      json.put("created", created);
    }
    if (author != null && !author.isEmpty()) {
      json.put("author", author);
    }
    json.putAll(platform.toJson());
    json.put("config", config.toJson(docker));
    Map<String, Object> rootfs = new LinkedHashMap<>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", diffIds);
    json.put("rootfs", rootfs);
    if (!history.isEmpty()) {
      json.put("history", history.stream().map(History::toJson).toList());
    }
    return Json.write(json);
  }

  /** Whether the platform and what containers start with are the same. */
  public boolean hasSameSettings(ImageConfig other) {
    // Compared as text: a record's own equals costs a slow start.
    return Arrays.equals(Json.write(platform.toJson()), Json.write(other.platform.toJson()))
        && Arrays.equals(Json.write(config.toJson(true)), Json.write(other.config.toJson(true)));
  }

  public ImageConfig withPlatform(Platform newPlatform) {
    return new ImageConfig(created, author, newPlatform, config, diffIds, history);
  }

  public ImageConfig withConfig(ContainerConfig newConfig) {
    return new ImageConfig(created, author, platform, newConfig, diffIds, history);
  }

  public ImageConfig withAuthor(@Nullable String newAuthor) {
    return new ImageConfig(created, newAuthor, platform, config, diffIds, history);
  }

  public ImageConfig withCreated(@Nullable String newCreated) {
    return new ImageConfig(newCreated, author, platform, config, diffIds, history);
  }

  public ImageConfig withDiffIds(List<Digest> newDiffIds) {
    return new ImageConfig(created, author, platform, config, newDiffIds, history);
  }

  public ImageConfig withHistory(List<History> newHistory) {
    return new ImageConfig(created, author, platform, config, diffIds, newHistory);
  }
}
