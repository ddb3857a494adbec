package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The images that a cluster image carries along, as the engine's metadata has them. */
final class SavedImages {
  private static final String MEMBER = "sealosbuild.savedImages";

  private SavedImages() {}

  /** Each with its {@code name}, {@code digest}, {@code platform} and {@code source}. */
  static List<Map<String, String>> of(JsonObject metadata) {
    List<Map<String, String>> images = new ArrayList<>();
    for (JsonObject saved : metadata.objects(MEMBER)) {
      Map<String, String> image = new LinkedHashMap<>();
      image.put("name", saved.requiredString("image"));
      image.put("digest", saved.requiredString("digest"));
      String platform = saved.string("platform");
      image.put("platform", platform == null ? "" : platform);
      List<String> places = saved.strings("foundIn");
      image.put("source", places == null ? "" : String.join(", ", places));
      images.add(image);
    }
    return images;
  }
}
