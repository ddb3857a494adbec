package io.jenkins.plugins.sealosbuild.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image that was built, and how: what a build's page shows and what a Pipeline is told. Kept
 * with the build in XML: its fields are of kinds that Jenkins may read.
 */
public final class ImageReport implements Serializable {
  private static final long serialVersionUID = 1;

  private final String digest;
  private final String imageId;
  private final long size;
  private final ArrayList<String> tags;
  private final ArrayList<String> platforms;
  private final ArrayList<String> pushed;
  private final ArrayList<LinkedHashMap<String, String>> savedImages;
  private final ArrayList<LayerReport> layers;
  private final ArrayList<StepReport> steps;
  private @Nullable String signature;

  ImageReport(
      String digest,
      String imageId,
      long size,
      List<String> tags,
      List<String> platforms,
      List<String> pushed,
      List<Map<String, String>> savedImages,
      List<LayerReport> layers,
      List<StepReport> steps) {
    this.digest = digest;
    this.imageId = imageId;
    this.size = size;
    this.tags = new ArrayList<>(tags);
    this.platforms = new ArrayList<>(platforms);
    this.pushed = new ArrayList<>(pushed);
    this.savedImages = new ArrayList<>();
    savedImages.forEach(image -> this.savedImages.add(new LinkedHashMap<>(image)));
    this.layers = new ArrayList<>(layers);
    this.steps = new ArrayList<>(steps);
  }

  /** Where nothing was to be built. */
  public static ImageReport none() {
    List<String> no = List.of();
    return new ImageReport("", "", 0, no, no, no, List.of(), List.of(), List.of());
  }

  /** Says by what the image was signed when it was pushed. */
  public void sign(String by) {
    signature = by;
  }

  /** The image's first name; its digest where it has none. */
  public String getName() {
    return tags.isEmpty() ? digest : tags.get(0);
  }

  /** Of the manifest or the index. */
  public String getDigest() {
    return digest;
  }

  public String getImageId() {
    return imageId;
  }

  /** In bytes, as it is stored. */
  public long getSize() {
    return size;
  }

  public String getReadableSize() {
    return ReadableText.bytes(size);
  }

  public List<String> getTags() {
    return tags;
  }

  /** Each {@code os/architecture[/variant]}. */
  public List<String> getPlatforms() {
    return platforms;
  }

  /** The names that it was pushed to. */
  public List<String> getPushed() {
    return pushed;
  }

  /** Each with its {@code name}, {@code digest} and {@code source}, where it was named. */
  public List<? extends Map<String, String>> getSavedImages() {
    return savedImages;
  }

  /** Those of every platform's image, the lowest first. */
  public List<LayerReport> getLayers() {
    return layers;
  }

  public List<StepReport> getSteps() {
    return steps;
  }

  /** By what it was signed. */
  public String getSignature() {
    return signature == null ? "none" : signature;
  }

  /** The steps over time. */
  public Timeline getTimeline() {
    return new Timeline(steps);
  }
}
