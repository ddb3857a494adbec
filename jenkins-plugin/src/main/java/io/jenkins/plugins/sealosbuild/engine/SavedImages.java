package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The images that a cluster image carries along, as the engine's metadata has them. */
final class SavedImages {
  private static final String MEMBER = "sealos.saved-images";

  private SavedImages() {}

  static List<Map<String, String>> of(JsonObject metadata) {
    List<Map<String, String>> images = new ArrayList<>();
    for (JsonObject saved : metadata.objects(MEMBER)) {
      Map<String, String> image = new LinkedHashMap<>();
      saved.members().forEach((key, value) -> image.put("" + key, text(value)));
      images.add(image);
    }
    return images;
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      list.forEach(one -> texts.add(text(one)));
      return String.join(", ", texts);
    }
    return String.valueOf(value);
  }
}
