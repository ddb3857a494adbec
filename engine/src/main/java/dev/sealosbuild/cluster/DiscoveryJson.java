package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@link Discovery} ↔ JSON. */
final class DiscoveryJson {
  private DiscoveryJson() {}

  static Map<String, @Nullable Object> write(Discovery discovery) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("images", discovery.images().stream().map(DiscoveryJson::image).toList());
    json.put("leftOut", discovery.leftOut().stream().map(DiscoveryJson::leftOut).toList());
    json.put("warnings", discovery.warnings());
    json.put("elsewhere", discovery.elsewhere());
    return json;
  }

  private static Map<String, @Nullable Object> image(FoundImage image) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("image", image.reference());
    if (!image.source().toString().isEmpty()) {
      json.put("transport", image.source().transport().word());
      putUnlessNull(json, "file", image.source().file());
      putUnlessNull(json, "name", image.source().name());
    }
    json.put("certainty", image.certainty().name().toLowerCase(Locale.ROOT));
    json.put("places", image.places().stream().map(DiscoveryJson::place).toList());
    return json;
  }

  private static Map<String, @Nullable Object> place(Place place) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("file", place.file());
    json.put("line", place.line());
    putUnlessNull(json, "chart", place.chart());
    putUnlessNull(json, "cause", place.cause());
    return json;
  }

  private static Map<String, @Nullable Object> leftOut(LeftOutImage leftOut) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("line", leftOut.line());
    json.put("pattern", leftOut.pattern());
    json.putAll(image(leftOut.image()));
    return json;
  }

  private static void putUnlessNull(
      Map<String, @Nullable Object> json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  static Discovery read(JsonObject json) {
    List<FoundImage> images = new ArrayList<>();
    for (JsonObject each : json.objects("images")) {
      images.add(readImage(each));
    }
    List<LeftOutImage> leftOut = new ArrayList<>();
    for (JsonObject each : json.objects("leftOut")) {
      leftOut.add(new LeftOutImage(readImage(each), line(each), each.requiredString("pattern")));
    }
    return new Discovery(images, leftOut, strings(json, "warnings"), strings(json, "elsewhere"));
  }

  private static List<String> strings(JsonObject json, String name) {
    List<String> strings = json.strings(name);
    return strings == null ? List.of() : strings;
  }

  private static FoundImage readImage(JsonObject json) {
    List<Place> places = new ArrayList<>();
    for (JsonObject place : json.objects("places")) {
      places.add(
          new Place(
              place.requiredString("file"),
              line(place),
              place.string("chart"),
              place.string("cause")));
    }
    try {
      return new FoundImage(
          ImageReference.parse(json.requiredString("image")),
          readSource(json),
          Certainty.valueOf(json.requiredString("certainty").toUpperCase(Locale.ROOT)),
          places);
    } catch (IllegalArgumentException e) {
      throw new BuildException(json.what() + " is not a found image", "", e);
    }
  }

  private static ImageSource readSource(JsonObject json) {
    String word = json.string("transport");
    return word == null
        ? ImageSource.REGISTRY
        : new ImageSource(
            Objects.requireNonNull(ImageSource.Transport.ofWord(word)),
            json.string("file"),
            json.string("name"));
  }

  private static int line(JsonObject json) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, json.number("line", 0)));
  }
}
