package dev.sealosbuild.cli;

import dev.sealosbuild.cluster.Place;
import dev.sealosbuild.cluster.SavedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The images that were saved, for people and for programs. */
final class SavedTable {
  private SavedTable() {}

  /** A line an image, with the first place that names it; none where nothing was saved. */
  static List<String> lines(List<SavedImage> saved) {
    if (saved.isEmpty()) {
      return List.of();
    }
    boolean several = saved.stream().map(SavedImage::platform).distinct().count() > 1;
    Table table = new Table("SAVED IMAGE", "SIZE", "STATE", "FOUND IN");
    for (SavedImage image : saved) {
      List<Place> places = image.image().places();
      String more = places.size() > 1 ? " and " + (places.size() - 1) + " more" : "";
      String name = image.image().reference().familiarName();
      table.add(
          several ? name + " " + image.platform() : name,
          Quantity.bytes(image.size()),
          image.state().name().toLowerCase(Locale.ROOT),
          places.get(0) + more);
    }
    return table.lines();
  }

  /** An object an image, all of its places included. */
  static List<Map<String, Object>> json(List<SavedImage> saved) {
    List<Map<String, Object>> images = new ArrayList<>();
    for (SavedImage image : saved) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("image", image.image().reference().toString());
      json.put("digest", image.digest().toString());
      json.put("platform", image.platform().toString());
      json.put("savedDigest", image.saved().toString());
      json.put("size", image.size());
      json.put("state", image.state().name().toLowerCase(Locale.ROOT));
      json.put("certainty", image.image().certainty().name().toLowerCase(Locale.ROOT));
      json.put("foundIn", image.image().places().stream().map(Place::toString).toList());
      images.add(json);
    }
    return images;
  }
}
