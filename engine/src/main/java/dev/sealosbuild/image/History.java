package dev.sealosbuild.image;

import dev.sealosbuild.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one instruction did to an image.
 *
 * @param created RFC 3339 time; null where unknown
 * @param createdBy the instruction
 * @param author null where unknown
 * @param comment null where there is none
 * @param emptyLayer whether the instruction made no layer
 */
public record History(
    @Nullable String created,
    @Nullable String createdBy,
    @Nullable String author,
    @Nullable String comment,
    boolean emptyLayer) {

  static History read(JsonObject json) {
    return new History(
        json.string("created"),
        json.string("created_by"),
        json.string("author"),
        json.string("comment"),
        Objects.requireNonNullElse(json.bool("empty_layer"), false));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    putIfPresent(json, "created", created);
    putIfPresent(json, "created_by", createdBy);
    putIfPresent(json, "author", author);
    putIfPresent(json, "comment", comment);
    if (emptyLayer) {
      json.put("empty_layer", true);
    }
    return json;
  }

  private static void putIfPresent(Map<String, Object> json, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      json.put(name, value);
    }
  }

  public History withEmptyLayer(boolean whether) {
    return new History(created, createdBy, author, comment, whether);
  }
}
