package dev.sealosbuild.proof;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is compared of an image, in lines that a person can read.
 *
 * @param entries what the file system has, without what the base has as well; {@code removed PATH}
 *     for what only the base has
 * @param config members of the configuration, and the manifest's annotations, as JSON
 * @param history what was run, without the digests of what COPY copied
 */
record ImageFacts(List<String> entries, Map<String, String> config, List<String> history) {
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Where an image begins with the suite's base. */
  private static final String OF_BASE = "bin/busybox ";

  /** What a manifest says about its base, which buildah's has of its own intermediate images. */
  private static final String BASE_ANNOTATION = "org.opencontainers.image.base.";

  private static final List<String> OUTSIDE =
      List.of("architecture", "variant", "os", "os.version", "os.features", "author");

  /**
   * Reads them.
   *
   * @param base the listing of the suite's base
   */
  static ImageFacts of(ImageContents image, List<String> base) {
    return new ImageFacts(
        entries(image.listing(), base), config(image), Buildah.withoutDigests(image.createdBy()));
  }

  /** The entries without the remark that a time was kept. */
  List<String> entriesWithoutTimes() {
    return entries.stream().map(line -> line.replace(" time kept", "")).toList();
  }

  private static List<String> entries(List<String> listing, List<String> base) {
    if (listing.stream().noneMatch(line -> line.startsWith(OF_BASE))) {
      return listing;
    }
    Set<String> known = new LinkedHashSet<>(base);
    List<String> added =
        new ArrayList<>(listing.stream().filter(line -> !known.contains(line)).toList());
    Set<String> paths = new TreeSet<>();
    listing.forEach(line -> paths.add(path(line)));
    base.stream()
        .map(ImageFacts::path)
        .filter(path -> !paths.contains(path))
        .forEach(path -> added.add("removed " + path));
    return added;
  }

  private static String path(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private static Map<String, String> config(ImageContents image) {
    Map<String, String> members = new TreeMap<>();
    image.containerConfig().forEach((name, value) -> members.put(name, text(value)));
    JsonObject config = image.config();
    for (String name : OUTSIDE) {
      Object value = config.members().get(name);
      if (value != null && !value.equals("")) {
        members.put(name, text(value));
      }
    }
    image
        .manifest()
        .stringMap("annotations")
        .forEach(
            (name, value) -> {
              if (!name.startsWith(BASE_ANNOTATION)) {
                members.put("annotation " + name, text(value));
              }
            });
    return members;
  }

  private static String text(@Nullable Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8).replace(PATH, "PATH");
  }
}
