package dev.sealosbuild.signing;

import dev.sealosbuild.image.Digest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an image was made. The same values make the same bytes.
 *
 * @param version of the engine
 * @param instructionFile its name as it was given, and its digest; null where there is none
 * @param options of the build that its result depends on, by name: texts, lists of texts or truth
 *     values. No secret may be among them; a secret's ID may
 * @param arguments of ARG, without those that were given as secrets
 * @param context the files that were copied from, as far as they have a digest; null for none
 * @param materials what else went in: bases, saved images
 * @param started with {@code --timestamp}, that time
 * @param finished likewise
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA, Provenance v1</a>
 */
public record Provenance(
    String version,
    @Nullable Material instructionFile,
    Map<String, Object> options,
    Map<String, String> arguments,
    @Nullable Context context,
    List<Material> materials,
    Instant started,
    Instant finished) {
  private static final String BUILD_TYPE = "https://sealosbuild.dev/build-types/image/v1";
  private static final String BUILDER = "https://sealosbuild.dev/sealos-build";

  public Provenance {
    options = java.util.Collections.unmodifiableMap(new TreeMap<>(options));
    arguments = java.util.Collections.unmodifiableMap(new TreeMap<>(arguments));
    materials =
        materials.stream()
            .sorted(Comparator.comparing(Material::uri).thenComparing(Material::digest))
            .distinct()
            .toList();
  }

  /**
   * Something that went into the image.
   *
   * @param uri such as {@code pkg:oci/nginx@sha256:…} or the name of a file
   * @param digest of it
   */
  public record Material(String uri, Digest digest) {
    /** An image of a registry, by its package URL. */
    public static Material image(dev.sealosbuild.image.ImageReference image, Digest digest) {
      return new Material(Sbom.purl(image, digest), digest);
    }
  }

  /**
   * The build context.
   *
   * @param address as it was given, such as {@code .} or a git address, without credentials
   * @param digest of its files; null where it was not computed
   * @param revision of git that it is at, 40 hexadecimal digits; null where it is none
   */
  public record Context(String address, @Nullable Digest digest, @Nullable String revision) {}

  /**
   * The statement that this is how the images were made.
   *
   * @param subjects digests of the manifests and the index, by the image's name or with a platform
   *     behind it
   */
  public Statement statement(Map<String, Digest> subjects) {
    Map<String, @Nullable Object> definition = new LinkedHashMap<>();
    definition.put("buildType", BUILD_TYPE);
    definition.put("externalParameters", parameters());
    definition.put("internalParameters", Map.of());
    definition.put("resolvedDependencies", dependencies());
    Map<String, Object> builder = new LinkedHashMap<>();
    builder.put("id", BUILDER);
    builder.put("version", Map.of("sealos-build", version));
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("startedOn", time(started));
    times.put("finishedOn", time(finished));
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("builder", builder);
    run.put("metadata", times);
    Map<String, @Nullable Object> predicate = new LinkedHashMap<>();
    predicate.put("buildDefinition", definition);
    predicate.put("runDetails", run);
    return new Statement(subjects, Statement.SLSA_PROVENANCE, predicate);
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (instructionFile != null) {
      parameters.put("instructionFile", instructionFile.uri());
    }
    if (context != null) {
      parameters.put("context", context.address());
    }
    parameters.put("arguments", arguments);
    parameters.put("options", options);
    return parameters;
  }

  private List<Map<String, Object>> dependencies() {
    List<Map<String, Object>> all = new java.util.ArrayList<>();
    if (instructionFile != null) {
      all.add(
          dependency("instruction file", instructionFile.uri(), instructionFile.digest(), null));
    }
    if (context != null && (context.digest() != null || context.revision() != null)) {
      all.add(dependency("context", context.address(), context.digest(), context.revision()));
    }
    for (Material material : materials) {
      all.add(dependency("", material.uri(), material.digest(), null));
    }
    return all;
  }

  private static Map<String, Object> dependency(
      String name, String uri, @Nullable Digest digest, @Nullable String revision) {
    Map<String, String> digests = new TreeMap<>();
    if (digest != null) {
      digests.putAll(Statement.digestSet(digest));
    }
    if (revision != null) {
      digests.put("gitCommit", revision);
    }
    Map<String, Object> dependency = new LinkedHashMap<>();
    if (!name.isEmpty()) {
      dependency.put("name", name);
    }
    dependency.put("uri", uri);
    dependency.put("digest", digests);
    return dependency;
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
