package dev.sealosbuild.signing;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the manifests of what is no image but attached to one. */
final class Artifact {
  /** What a config is where there is none. */
  static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private Artifact() {}

  /**
   * A manifest.
   *
   * @param artifactType null to let the config's type say it
   * @param subject what it is attached to; null where its tag says that
   * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md">OCI
   *     image-spec, manifest</a>
   */
  static byte[] manifest(
      @Nullable String artifactType,
      Descriptor config,
      List<Descriptor> layers,
      @Nullable Descriptor subject,
      Map<String, String> annotations) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schemaVersion", 2L);
    json.put("mediaType", MediaType.OCI_MANIFEST);
    if (artifactType != null) {
      json.put("artifactType", artifactType);
    }
    json.put("config", config.toJson());
    json.put("layers", layers.stream().map(Descriptor::toJson).toList());
    if (subject != null) {
      json.put(
          "subject",
          new Descriptor(subject.mediaType(), subject.digest(), subject.size()).toJson());
    }
    if (!annotations.isEmpty()) {
      json.put("annotations", annotations);
    }
    return Json.write(json);
  }

  /** The config that cosign gives signatures: an image's without anything but its layers. */
  static byte[] imageConfig(List<Descriptor> layers) {
    Map<String, Object> rootfs = new LinkedHashMap<>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", layers.stream().map(layer -> layer.digest().toString()).toList());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architecture", "");
    json.put("os", "");
    json.put("config", Map.of());
    json.put("rootfs", rootfs);
    return Json.write(json);
  }
}
