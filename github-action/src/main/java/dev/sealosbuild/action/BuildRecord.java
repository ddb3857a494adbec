package dev.sealosbuild.action;

import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a build has told of itself. Secrets are masked before anything comes here. */
final class BuildRecord {
  private final Map<Long, Step> steps = new LinkedHashMap<>();
  private @Nullable JsonObject built;
  private String problem = "";
  private String remedy = "";

  /** How a step ended. */
  enum Ending {
    DONE,
    CACHED,
    /** It failed, or was given up because another one had. */
    STOPPED
  }

  /**
   * A step.
   *
   * @param stage empty for what belongs to none
   * @param begin milliseconds since the build began
   * @param millis that it took
   * @param result what came of it, such as a layer's digest and size; empty where nothing is told
   */
  record Step(String stage, String text, long begin, long millis, Ending ending, String result) {

    /**
     * Whether it executes an instruction, whose keyword comes first; others find, pull and push.
     */
    boolean isInstruction() {
      return text.matches("(?s)[A-Z]+(\\s.*)?");
    }

    /** The size of the layer that it made, in bytes; -1 where it made none, or that is not told. */
    long layerSize() {
      String[] words = result.split(" ", -1);
      boolean sized =
          words.length == 3
              && words[0].startsWith("sha256:")
              && words[1].matches("\\d{1,18}")
              && words[2].equals("bytes");
      return sized ? Long.parseLong(words[1]) : -1;
    }
  }

  void started(long number, String stage, String text, long now) {
    steps.put(number, new Step(stage, text, now, 0, Ending.STOPPED, ""));
  }

  void finished(long number, boolean cached, long millis, String result) {
    Step step = steps.get(number);
    if (step != null) {
      Ending ending = cached ? Ending.CACHED : Ending.DONE;
      steps.put(number, new Step(step.stage, step.text, step.begin, millis, ending, result));
    }
  }

  void stopped(long number, long now) {
    Step step = steps.get(number);
    if (step != null) {
      long millis = Math.max(0, now - step.begin);
      steps.put(number, new Step(step.stage, step.text, step.begin, millis, Ending.STOPPED, ""));
    }
  }

  void built(JsonObject event) {
    built = event;
  }

  void failed(String problem, String remedy) {
    this.problem = problem;
    this.remedy = remedy;
  }

  @Nullable Step step(long number) {
    return steps.get(number);
  }

  /** In the order in which they began. */
  List<Step> steps() {
    return List.copyOf(steps.values());
  }

  /** Why nothing was built; empty where that was not told. */
  String problem() {
    return problem;
  }

  String remedy() {
    return remedy;
  }

  /** Whether an image was built. */
  boolean hasImage() {
    return built != null;
  }

  /** The image's ID; empty where none was built. */
  String imageId() {
    return built == null ? "" : text(built.string("id"));
  }

  /** The size of the image in bytes. */
  long size() {
    return built == null ? 0 : built.number("size", 0);
  }

  /** The digest of the manifest or the index; empty where none was built. */
  String digest() {
    return text(metadata().string("containerimage.digest"));
  }

  /** The names of the image. */
  List<String> tags() {
    String names = text(metadata().string("image.name"));
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }

  /** The names that a registry has now. */
  List<String> pushed() {
    return built == null ? List.of() : strings(built.members().get("pushed"));
  }

  /** The images of the platforms, as the metadata has them. */
  List<JsonObject> images() {
    return metadata().objects("sealosbuild.images");
  }

  /** The images that were saved, as the metadata has them. */
  List<JsonObject> savedImages() {
    return metadata().objects("sealosbuild.savedImages");
  }

  /** As {@code --metadata-file} gets it; without members where no image was built. */
  JsonObject metadata() {
    JsonObject metadata = built == null ? null : built.object("metadata");
    return metadata == null ? new JsonObject(Map.of(), "no metadata") : metadata;
  }

  static List<String> strings(@Nullable Object list) {
    List<String> strings = new ArrayList<>();
    if (list instanceof List<?> values) {
      values.forEach(value -> strings.add(String.valueOf(value)));
    }
    return strings;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
