package dev.sealosbuild.build;

import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.context.TreeScan;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.lint.SecretNames;
import dev.sealosbuild.signing.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers what a build's provenance tells. */
final class BuildFacts {
  private final BuildSession session;
  private final BuildRequest request;
  private final List<SavedImage> saved;

  BuildFacts(BuildSession session, List<SavedImage> saved) {
    this.session = session;
    this.request = session.request();
    this.saved = saved;
  }

  /**
   * Gathers it.
   *
   * @param full whether arguments and options are told
   */
  Provenance provenance(String version, boolean full, Instant started, Instant finished) {
    List<Source> files = session.instructions();
    return new Provenance(
        version,
        file(files.get(0)),
        full ? options() : asked(),
        full ? arguments() : Map.of(),
        new Provenance.Context(
            request.inputs().context().toString(), contextDigest(), session.contextCommit()),
        materials(files.subList(1, files.size())),
        started,
        finished);
  }

  private static Provenance.Material file(Source source) {
    byte[] text = source.text().getBytes(StandardCharsets.UTF_8);
    return new Provenance.Material(source.name(), Digest.of(text));
  }

  /** By contents: what the cache knows may stand for times as well, which are no one else's. */
  private Digest contextDigest() {
    TreeScan scan = session.context().scan("", session.contextMemory());
    return scan.isProvisional()
        ? session.context().scan("", StatMemory.NONE).digest()
        : scan.digest();
  }

  private List<Provenance.Material> materials(List<Source> moreFiles) {
    List<Provenance.Material> materials = new ArrayList<>();
    moreFiles.forEach(source -> materials.add(file(source)));
    for (BuildResult.Base base : session.baseImages().used()) {
      materials.add(Provenance.Material.image(ImageReference.parse(base.name()), base.digest()));
    }
    for (SavedImage image : saved) {
      materials.add(Provenance.Material.image(image.image().reference(), image.saved()));
    }
    return materials;
  }

  /** The values for ARG; what is called like a secret is left out, whatever it is. */
  private Map<String, String> arguments() {
    Map<String, String> arguments = new LinkedHashMap<>();
    request
        .stages()
        .arguments()
        .forEach(
            (name, value) -> {
              String known = value != null ? value : session.environment().get(name);
              if (known != null && !isSecret(name)) {
                arguments.put(name, known);
              }
            });
    return arguments;
  }

  /** A proxy's address may hold a password, and changes nothing in the image. */
  private static boolean isSecret(String name) {
    return SecretNames.promisesSecret(name) || name.toLowerCase(Locale.ROOT).endsWith("_proxy");
  }

  /** What was asked for, without values that may be told only in full. */
  private Map<String, Object> asked() {
    Map<String, Object> options = new LinkedHashMap<>();
    putText("target", request.stages().target(), options);
    ImageOptions.Target target = request.image().target();
    if (target.asked()) {
      options.put("platform", target.platforms().stream().map(Platform::toString).toList());
    }
    return options;
  }

  private Map<String, Object> options() {
    Map<String, Object> options = asked();
    ImageOptions image = request.image();
    putText("from", request.stages().from(), options);
    options.put("format", image.format().name().toLowerCase(Locale.ROOT));
    putAll("env", session.givenEnvironment(), options);
    putAll("label", image.labels(), options);
    putAll("annotation", image.annotations().set(), options);
    putList("unsetenv", image.unsetEnvironment(), options);
    putList("unsetlabel", image.unsetLabels(), options);
    putList(
        "secret", request.commands().secrets().stream().map(SecretSource::id).toList(), options);
    options.put("layers", request.layers().merging() == LayerOptions.Merging.NONE);
    Instant fixed = session.time().fixed();
    putText("timestamp", fixed == null ? null : Long.toString(fixed.getEpochSecond()), options);
    return options;
  }

  private static void putText(String name, @Nullable String value, Map<String, Object> options) {
    if (value != null) {
      options.put(name, value);
    }
  }

  private static void putList(String name, List<String> values, Map<String, Object> options) {
    if (!values.isEmpty()) {
      options.put(name, values);
    }
  }

  private static void putAll(
      String option, Map<String, String> values, Map<String, Object> options) {
    List<String> texts = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (!isSecret(name)) {
            texts.add(name + "=" + value);
          }
        });
    putList(option, texts, options);
  }
}
