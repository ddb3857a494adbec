package dev.sealosbuild.signing;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an image has in it, as a CycloneDX 1.6 document. The same values make the same bytes.
 *
 * <p>The JSON is written here: the library of the project itself, cyclonedx-core-java, comes with
 * 10 MB of 17 JARs, Jackson's databind of the generation before ours among them, and all of it is
 * found by reflection, so that nothing of it could be left out of the executable JAR.
 *
 * @param image that it is about, and its digest
 * @param contents of its files
 * @param savedImages images that a cluster image brings along
 * @param version of the engine
 * @param timestamp of the document
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6, JSON reference</a>
 */
public record Sbom(
    Image image,
    ImageContents contents,
    List<SavedImage> savedImages,
    String version,
    Instant timestamp) {
  /** The media type of the document. */
  public static final String MEDIA_TYPE = "application/vnd.cyclonedx+json";

  public Sbom {
    savedImages =
        savedImages.stream()
            .sorted(
                Comparator.comparing((SavedImage one) -> one.image().purl())
                    .thenComparing(one -> one.image().name().toString()))
            .distinct()
            .toList();
  }

  /**
   * An image that a cluster image brings along.
   *
   * @param contents of its files; nothing for what is no image, such as a chart
   */
  public record SavedImage(Image image, ImageContents contents) {}

  /**
   * An image by name and digest.
   *
   * @param name that it has
   * @param digest of its manifest or index
   */
  public record Image(ImageReference name, Digest digest) {
    String purl() {
      return Sbom.purl(name, digest);
    }
  }

  /**
   * The package URL of an image.
   *
   * @see <a
   *     href="https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md">package-url,
   *     oci</a>
   */
  static String purl(ImageReference name, Digest digest) {
    String repository = name.name();
    String last = repository.substring(repository.lastIndexOf('/') + 1);
    String purl =
        "pkg:oci/"
            + last
            + "@"
            + InstalledPackage.encoded(digest.toString())
            + "?repository_url="
            + InstalledPackage.encoded(repository);
    return name.tag() == null ? purl : purl + "&tag=" + InstalledPackage.encoded(name.tag());
  }

  /** The document as JSON text. */
  public byte[] toBytes() {
    return Json.write(json());
  }

  /** The statement that this is in the image. */
  public Statement statement() {
    return new Statement(Map.of(image.name().name(), image.digest()), Statement.CYCLONEDX, json());
  }

  private Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    content.put("version", 1L);
    content.put("metadata", metadata());
    content.put("components", components());
    content.put("compositions", compositions());
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    json.put("bomFormat", "CycloneDX");
    json.put("specVersion", "1.6");
    json.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(Json.write(content)));
    json.putAll(content);
    return json;
  }

  private Map<String, Object> metadata() {
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("type", "application");
    tool.put("name", "sealos-build");
    tool.put("version", version);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("timestamp", timestamp.truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("tools", Map.of("components", List.of(tool)));
    metadata.put("component", container(image));
    return metadata;
  }

  private List<Map<String, Object>> components() {
    List<Map<String, Object>> components = new ArrayList<>();
    addSystem("", contents, components);
    for (SavedImage saved : savedImages) {
      String purl = saved.image().purl();
      Map<String, Object> component = container(saved.image());
      List<Map<String, Object>> inside = new ArrayList<>();
      // References are of the whole document, and images may have the same packages.
      addSystem(purl + "#", saved.contents(), inside);
      addPackages(purl + "#", saved.contents(), inside);
      if (!inside.isEmpty()) {
        component.put("components", inside);
      }
      components.add(component);
    }
    addPackages("", contents, components);
    return components;
  }

  private static void addSystem(
      String prefix, ImageContents contents, List<Map<String, Object>> components) {
    String system = contents.system().get("ID");
    if (system != null) {
      Map<String, Object> component = new LinkedHashMap<>();
      component.put("type", "operating-system");
      component.put("bom-ref", prefix + "os:" + system);
      component.put("name", system);
      String release = contents.system().get("VERSION_ID");
      if (release != null) {
        component.put("version", release);
      }
      components.add(component);
    }
  }

  private static void addPackages(
      String prefix, ImageContents contents, List<Map<String, Object>> components) {
    int number = 0;
    for (InstalledPackage one : contents.packages()) {
      components.add(library(prefix + number + ":", one));
      number++;
    }
  }

  private static Map<String, Object> container(Image image) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("type", "container");
    component.put("bom-ref", image.purl());
    component.put("name", image.name().name());
    component.put(
        "version", image.name().tag() == null ? image.digest().toString() : image.name().tag());
    Map<String, Object> hash = new LinkedHashMap<>();
    hash.put("alg", image.digest().algorithm().equals("sha512") ? "SHA-512" : "SHA-256");
    hash.put("content", image.digest().hex());
    component.put("hashes", List.of(hash));
    component.put("purl", image.purl());
    return component;
  }

  private static Map<String, Object> library(String prefix, InstalledPackage one) {
    Map<String, Object> component = new LinkedHashMap<>();
    component.put("type", "library");
    // The same library may stand in many places, and references have to be unique.
    component.put("bom-ref", prefix + one.purl());
    if (!one.namespace().isEmpty() && List.of("maven", "npm").contains(one.type())) {
      component.put("group", one.namespace());
    }
    component.put("name", one.name());
    if (!one.version().isEmpty()) {
      component.put("version", one.version());
    }
    if (one.license() != null && !one.license().isBlank()) {
      component.put("licenses", List.of(Map.of("license", Map.of("name", one.license()))));
    }
    component.put("purl", one.purl());
    Map<String, Object> location = new LinkedHashMap<>();
    location.put("name", "sealos-build:location");
    location.put("value", "/" + one.location());
    component.put("properties", List.of(location));
    return component;
  }

  /** Whether all was read; what was not is not kept quiet. */
  private List<Map<String, Object>> compositions() {
    List<Map<String, Object>> compositions = new ArrayList<>();
    compositions.add(composition(image, contents));
    savedImages.forEach(one -> compositions.add(composition(one.image(), one.contents())));
    return compositions;
  }

  private static Map<String, Object> composition(Image image, ImageContents contents) {
    Map<String, Object> composition = new LinkedHashMap<>();
    composition.put("aggregate", contents.notRead().isEmpty() ? "unknown" : "incomplete");
    composition.put("assemblies", List.of(image.purl()));
    return composition;
  }
}
