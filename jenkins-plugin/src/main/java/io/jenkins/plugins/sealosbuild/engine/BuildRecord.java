package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what the engine tells while it builds, and makes the report of it. */
public final class BuildRecord {
  /** The status that a shell tells of a process that SIGKILL has ended. */
  private static final int KILLED = 137;

  /** More steps than that are not kept: a build's record is read whole whenever its page is. */
  private static final int MAX_STEPS = 2_000;

  private static final String IMAGES = "sealosbuild.images";

  private final Masking masking;

  private final Map<Long, StepReport> steps = new LinkedHashMap<>();
  private @Nullable JsonObject built;
  private @Nullable String failure;

  /**
   * @param masking of what is not to be kept
   */
  public BuildRecord(Masking masking) {
    this.masking = masking;
  }

  void started(long number, String stage, String text, long millis) {
    if (steps.size() < MAX_STEPS) {
      steps.put(number, new StepReport((int) number, stage, text, millis));
    }
  }

  void finished(long number, boolean cached, long millis, @Nullable String result) {
    StepReport step = steps.get(number);
    if (step != null) {
      step.end(cached, millis, result);
    }
  }

  void built(JsonObject event) {
    built = event;
  }

  void failed(String why) {
    failure = why;
  }

  /** Why the engine failed; null where it did not say. */
  public @Nullable String failure() {
    return failure;
  }

  /**
   * Why the engine failed; null where that is not known.
   *
   * @param status that it ended with
   */
  public @Nullable String failure(int status) {
    if (status == KILLED && failure == null) {
      return "it was killed, as a process is that needs more memory than its container may have;"
          + " give the container more, or the engine less by jvmOptions";
    }
    return failure;
  }

  /**
   * The report of a build that succeeded.
   *
   * @param asked the platforms that were asked for, for an index does not tell them
   * @throws BuildException when the engine has not told what it built
   */
  public ImageReport report(List<String> asked) {
    if (built == null) {
      throw new BuildException(
          "the engine ended well without telling what it built", "see its log above");
    }
    JsonObject metadata = built.object("metadata");
    if (metadata == null) {
      throw new BuildException("the engine told nothing about the image", "see its log above");
    }
    String names = metadata.string("image.name");
    List<String> pushed = built.strings("pushed");
    return new ImageReport(
        metadata.requiredString("containerimage.digest"),
        built.requiredString("id"),
        built.number("size", 0),
        names == null ? List.of() : List.of(names.split(",", -1)),
        platforms(metadata, asked),
        pushed == null ? List.of() : pushed,
        SavedImages.of(metadata),
        layers(metadata),
        new ArrayList<>(steps.values()));
  }

  private static List<String> platforms(JsonObject metadata, List<String> asked) {
    List<String> platforms = new ArrayList<>();
    for (JsonObject image : metadata.objects(IMAGES)) {
      platforms.add(image.requiredString("platform"));
    }
    if (!platforms.isEmpty()) {
      return platforms;
    }
    JsonObject descriptor = metadata.object("containerimage.descriptor");
    JsonObject platform = descriptor == null ? null : descriptor.object("platform");
    if (platform == null) {
      return asked;
    }
    return List.of(platform(platform));
  }

  private List<LayerReport> layers(JsonObject metadata) {
    List<LayerReport> layers = new ArrayList<>();
    for (JsonObject image : metadata.objects(IMAGES)) {
      for (JsonObject layer : image.objects("layers")) {
        String instruction = layer.string("instruction");
        layers.add(
            new LayerReport(
                image.requiredString("platform"),
                masking.mask(instruction == null ? "" : instruction),
                layer.requiredString("digest"),
                layer.number("size", 0),
                Boolean.TRUE.equals(layer.bool("cached")),
                ProgressLog.millis(layer.members().get("seconds"))));
      }
    }
    return layers;
  }

  /** As {@code os/architecture[/variant]}. */
  static String platform(JsonObject platform) {
    String variant = platform.string("variant");
    return platform.string("os")
        + "/"
        + platform.string("architecture")
        + (variant == null ? "" : "/" + variant);
  }
}
