package dev.sealosbuild.build;

import dev.sealosbuild.image.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image says of itself, beside what its instructions make it say.
 *
 * @param format of manifest and configuration
 * @param target what it runs on
 * @param environment variables set in the finished image, over those of the file; a null value
 *     takes the variable of the environment of that name
 * @param unsetEnvironment names of variables that the finished image has not
 * @param labels of the image's configuration
 * @param unsetLabels names of labels that the finished image has not
 * @param inheritLabels whether a stage begins with the labels of its base
 * @param layerLabels labels of the images that stages become which are not the target
 * @param identity name and version of the engine, for a label; null for no such label
 * @param annotations of the manifest
 * @param history whether the configuration tells how the image was made
 */
public record ImageOptions(
    ImageFormat format,
    Target target,
    Map<String, @Nullable String> environment,
    List<String> unsetEnvironment,
    Map<String, String> labels,
    List<String> unsetLabels,
    boolean inheritLabels,
    Map<String, String> layerLabels,
    @Nullable String identity,
    Annotations annotations,
    boolean history) {

  /**
   * What an image runs on.
   *
   * @param platforms that bases are chosen for, an image each; never empty
   * @param asked whether they were asked for, so that an image is said to be for its platform
   *     whatever its base is for
   * @param all whether the platforms are those that all bases have instead
   * @param osVersion the least version of the system; null for the base's
   * @param osFeatures features of the system that are needed beside the base's; one that ends in
   *     {@code -} is not needed
   */
  public record Target(
      List<Platform> platforms,
      boolean asked,
      boolean all,
      @Nullable String osVersion,
      List<String> osFeatures) {
    public Target {
      platforms = List.copyOf(platforms);
      osFeatures = List.copyOf(osFeatures);
    }
  }

  /**
   * The annotations of a manifest.
   *
   * @param set names and values
   * @param unset names of those that it has not, whoever sets them
   * @param inherit whether it has those of its base
   * @param created whether {@code org.opencontainers.image.created} tells the time
   */
  public record Annotations(
      Map<String, String> set, List<String> unset, boolean inherit, boolean created) {
    public Annotations {
      set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
      unset = List.copyOf(unset);
    }

    /** Whether the manifest would have none but those of the base. */
    boolean isPlain() {
      return set.isEmpty() && unset.isEmpty() && inherit && !created;
    }
  }

  public ImageOptions {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    unsetEnvironment = List.copyOf(unsetEnvironment);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    unsetLabels = List.copyOf(unsetLabels);
    layerLabels = Collections.unmodifiableMap(new LinkedHashMap<>(layerLabels));
  }

  /** What it runs on; the first of several platforms. */
  public Platform platform() {
    return target.platforms().get(0);
  }

  /** Gathers options. */
  public static final class Builder {
    private ImageFormat format = ImageFormat.OCI;
    private final Set<Platform> platforms = new LinkedHashSet<>();
    private boolean allPlatforms;
    private @Nullable String osVersion;
    private final List<String> osFeatures = new ArrayList<>();
    private final Map<String, @Nullable String> environment = new LinkedHashMap<>();
    private final List<String> unsetEnvironment = new ArrayList<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final List<String> unsetLabels = new ArrayList<>();
    private boolean inheritLabels = true;
    private final Map<String, String> layerLabels = new LinkedHashMap<>();
    private @Nullable String identity;
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final List<String> unsetAnnotations = new ArrayList<>();
    private boolean inheritAnnotations = true;
    private boolean createdAnnotation;
    private boolean history = true;

    Builder() {}

    public Builder format(ImageFormat newFormat) {
      format = newFormat;
      return this;
    }

    /** Asks for an image of this platform; several platforms make an index. */
    public Builder platform(Platform platform) {
      platforms.add(platform);
      return this;
    }

    /** Asks for an image of each platform that all bases have one for. */
    public Builder allPlatforms(boolean whether) {
      allPlatforms = whether;
      return this;
    }

    /** Sets the least version of the system; null for the base's. */
    public Builder osVersion(@Nullable String version) {
      osVersion = version;
      return this;
    }

    /** Needs a feature of the system, or not where it ends in {@code -}. */
    public Builder osFeature(String feature) {
      osFeatures.add(feature);
      return this;
    }

    /** Sets a variable of the image; null takes the value from the environment. */
    public Builder environment(String name, @Nullable String value) {
      environment.put(name, value);
      return this;
    }

    /** Takes a variable away, whoever sets it. */
    public Builder unsetEnvironment(String name) {
      unsetEnvironment.add(name);
      return this;
    }

    /** Sets a label. */
    public Builder label(String name, String value) {
      labels.put(name, value);
      return this;
    }

    /** Takes a label away, whoever sets it. */
    public Builder unsetLabel(String name) {
      unsetLabels.add(name);
      return this;
    }

    public Builder inheritLabels(boolean whether) {
      inheritLabels = whether;
      return this;
    }

    /** Sets a label of the images that stages become which are not the target. */
    public Builder layerLabel(String name, String value) {
      layerLabels.put(name, value);
      return this;
    }

    /** Has a label name the engine, such as {@code sealos-build 1.2}; null for none. */
    public Builder identity(@Nullable String nameAndVersion) {
      identity = nameAndVersion;
      return this;
    }

    /** Sets an annotation of the manifest. */
    public Builder annotation(String name, String value) {
      annotations.put(name, value);
      return this;
    }

    /** Takes an annotation away, whoever sets it. */
    public Builder unsetAnnotation(String name) {
      unsetAnnotations.add(name);
      return this;
    }

    public Builder inheritAnnotations(boolean whether) {
      inheritAnnotations = whether;
      return this;
    }

    /** Whether an annotation tells the time of the image. */
    public Builder createdAnnotation(boolean whether) {
      createdAnnotation = whether;
      return this;
    }

    /** Whether the configuration tells how the image was made. */
    public Builder history(boolean whether) {
      history = whether;
      return this;
    }

    ImageOptions build() {
      return new ImageOptions(
          format,
          new Target(
              platforms.isEmpty() ? List.of(Platform.ofThisMachine()) : List.copyOf(platforms),
              !platforms.isEmpty() || allPlatforms,
              allPlatforms,
              osVersion,
              osFeatures),
          environment,
          unsetEnvironment,
          labels,
          unsetLabels,
          inheritLabels,
          layerLabels,
          identity,
          new Annotations(annotations, unsetAnnotations, inheritAnnotations, createdAnnotation),
          history);
    }
  }
}
