package dev.sealosbuild.cluster;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ImageDiscovery} found.
 *
 * @param images in the order of their references; no two have the same reference
 * @param leftOut what {@code .sealignore} leaves out, in the same order
 * @param warnings what the user should know, one sentence without a full stop each
 * @param elsewhere paths in the context, sorted, that the result depends on although they are not
 *     in {@code images}, {@code manifests} or {@code charts}: scripts that CMD calls, values that
 *     it names, {@code .sealignore}. Some may not exist.
 */
public record Discovery(
    List<FoundImage> images,
    List<LeftOutImage> leftOut,
    List<String> warnings,
    List<String> elsewhere) {
  public Discovery {
    images = List.copyOf(images);
    leftOut = List.copyOf(leftOut);
    warnings = List.copyOf(warnings);
    elsewhere = List.copyOf(elsewhere);
  }

  /** The same with other images. */
  public Discovery withImages(List<FoundImage> others) {
    return new Discovery(others, leftOut, warnings, elsewhere);
  }

  /** For {@link dev.sealosbuild.json.Json#write}. */
  public Map<String, @Nullable Object> toJson() {
    return DiscoveryJson.write(this);
  }

  /**
   * Reads what {@link #toJson} made.
   *
   * @throws dev.sealosbuild.error.BuildException when it is something else
   */
  public static Discovery fromJson(dev.sealosbuild.json.JsonObject json) {
    return DiscoveryJson.read(json);
  }
}
