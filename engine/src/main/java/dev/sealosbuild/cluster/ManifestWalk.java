package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Walks a document for images. Certain are those of the containers of any pod specification, also
 * within custom resources, and image volumes. Probable are fields called {@code image} or ending in
 * {@code Image}, maps of {@code repository} and {@code tag}, options and variables whose values
 * look like images, and all that a ConfigMap holds. The schema of a custom resource names none.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">
 *     Kubernetes API reference, PodSpec</a>
 */
final class ManifestWalk {
  private static final List<String> CONTAINERS =
      List.of("containers", "initContainers", "ephemeralContainers");

  private static final Set<String> NO_IMAGES =
      Set.of(
          "managedFields", "openAPIV3Schema", "kubectl.kubernetes.io/last-applied-configuration");

  /** Aliases may make a small text a large tree. */
  private static final int MAX_VISITS = 2_000_000;

  private static final Pattern OPTION = Pattern.compile("-{1,2}([A-Za-z][A-Za-z0-9._-]*)=(.+)");
  private static final Pattern VARIABLE = Pattern.compile(".*IMAGES?|RELATED_IMAGE_.*");

  private final String name;
  private final UnaryOperator<String> expansion;
  private final List<Named> found = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** What was reported; a value that an alias repeats may be probable first and certain then. */
  private final Set<Yaml> taken = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<Yaml> certain = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Of what stands where only an image can stand. */
  private Certainty best = Certainty.CERTAIN;

  private int visits;

  /**
   * @param name of the file, for messages
   * @param expansion replaces variables that a script would replace before it applies the file
   */
  ManifestWalk(String name, UnaryOperator<String> expansion) {
    this.name = name;
    this.expansion = expansion;
  }

  List<Named> found() {
    return found;
  }

  List<String> warnings() {
    return warnings;
  }

  /** Walks a document: a Kubernetes object, a list of them, or anything else. */
  void walk(Yaml document) {
    if (!(document instanceof Yaml.Mapping object)) {
      value(document);
      return;
    }
    String kind = object.text("kind");
    if (kind.equals("CustomResourceDefinition")) {
      return;
    }
    if (kind.endsWith("List") && object.get("items") instanceof Yaml.Sequence items) {
      items.items().forEach(this::walk);
      return;
    }
    if (kind.equals("ConfigMap")) {
      embedded(object.mapping("data"));
    } else if (kind.equals("Secret")) {
      embedded(object.mapping("stringData"));
    }
    value(object);
  }

  private void value(Yaml value) {
    if (++visits > MAX_VISITS) {
      throw new BuildException(
          name + ": this YAML is too large once its aliases are replaced", "use fewer aliases");
    }
    if (value instanceof Yaml.Mapping mapping) {
      mapping(mapping);
    } else if (value instanceof Yaml.Sequence sequence) {
      sequence(sequence);
    }
  }

  private void mapping(Yaml.Mapping mapping) {
    for (String list : CONTAINERS) {
      for (Yaml.Mapping container : mapping.mappings(list)) {
        container(container);
      }
    }
    for (Yaml.Mapping volume : mapping.mappings("volumes")) {
      certain(volume.mapping("image").get("reference"), "reference");
    }
    joined(mapping);
    patch(mapping);
    variable(mapping);
    for (Yaml.Member member : mapping.members()) {
      if (NO_IMAGES.contains(member.name())) {
        continue;
      }
      if (member.value() instanceof Yaml.Scalar scalar) {
        field(member.name(), scalar);
      } else {
        value(member.value());
      }
    }
  }

  private void container(Yaml.Mapping container) {
    Yaml image = container.get("image");
    boolean injected =
        image instanceof Yaml.Scalar scalar
            && scalar.text().equals("auto")
            && container.text("name").equals("istio-proxy");
    if (injected) {
      taken.add(image); // Istio's injection replaces it
    } else {
      certain(image, "image");
    }
  }

  private void certain(@Nullable Yaml value, String key) {
    if (!(value instanceof Yaml.Scalar scalar) || scalar.text().isBlank() || !certain.add(value)) {
      return;
    }
    taken.add(value);
    String text = scalar.text().strip();
    if (ImageName.parse(text) != null) {
      found.add(new Named(text, key, scalar.line(), best, null));
      return;
    }
    String expanded = expansion.apply(text);
    if (ImageName.parse(expanded) != null) {
      found.add(new Named(expanded, key, scalar.line(), Certainty.PROBABLE, text));
    } else if (best == Certainty.CERTAIN) {
      warnings.add(
          name + ":" + scalar.line() + ": \"" + shown(text) + "\" is not an image reference");
    }
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }

  private void field(String field, Yaml.Scalar scalar) {
    if ((field.equals("image") || field.endsWith("Image"))
        && ImageName.parseLikely(scalar.text()) != null
        && taken.add(scalar)) {
      probable(scalar.text(), field, scalar.line(), "field " + field);
    }
  }

  private void probable(String text, String key, int line, String cause) {
    found.add(new Named(text, key, line, Certainty.PROBABLE, cause));
  }

  /** {@code repository} and {@code tag}, {@code image} and {@code tag}; also with one prefix. */
  private void joined(Yaml.Mapping mapping) {
    for (Yaml.Member member : mapping.members()) {
      String field = member.name();
      boolean repository = field.equals("repository") || field.endsWith(".repository");
      if ((repository || field.equals("image")) && member.value() instanceof Yaml.Scalar scalar) {
        String prefix = field.substring(0, field.lastIndexOf('.') + 1);
        join(mapping, prefix, field, scalar);
      }
    }
  }

  private void join(Yaml.Mapping mapping, String prefix, String field, Yaml.Scalar scalar) {
    String tag = mapping.text(prefix + "tag");
    String digest = mapping.text(prefix + "digest");
    String registry = mapping.text(prefix + "registry");
    String repository = scalar.text();
    boolean whole =
        repository.lastIndexOf(':') > repository.lastIndexOf('/') || repository.indexOf('@') >= 0;
    if (repository.isEmpty() || whole || (tag.isEmpty() && digest.isEmpty())) {
      return;
    }
    boolean bare = registry.isEmpty() || repository.startsWith(registry + "/");
    String text =
        (bare ? "" : registry + "/")
            + repository
            + (tag.isEmpty() ? "" : ":" + tag)
            + (digest.isEmpty() ? "" : "@" + digest);
    if (ImageName.parse(text) != null && taken.add(scalar)) {
      String parts = (tag.isEmpty() ? "" : " and " + prefix + "tag");
      probable(text, field, scalar.line(), "fields " + field + parts + digestPart(prefix, digest));
    }
  }

  private static String digestPart(String prefix, String digest) {
    return digest.isEmpty() ? "" : " and " + prefix + "digest";
  }

  /** An operation of a JSON patch (RFC 6902). */
  private void patch(Yaml.Mapping mapping) {
    if (mapping.text("path").endsWith("/image")
        && !mapping.text("op").isEmpty()
        && mapping.get("value") instanceof Yaml.Scalar value
        && ImageName.parseLikely(value.text()) != null
        && taken.add(value)) {
      probable(value.text(), "value", value.line(), "patch of " + mapping.text("path"));
    }
  }

  /** A variable of a container, such as an operator's {@code RELATED_IMAGE_…}. */
  private void variable(Yaml.Mapping mapping) {
    String variable = mapping.text("name");
    if (VARIABLE.matcher(variable).matches()
        && mapping.get("value") instanceof Yaml.Scalar value
        && taken.add(value)) {
      int line = value.line() + (value.block() ? 1 : 0);
      for (String each : value.text().split("\n", -1)) {
        String text = each.substring(each.indexOf('=') + 1).strip();
        if (text.indexOf('/') >= 0 && ImageName.parseLikely(text) != null) {
          probable(text, "value", line, "variable " + variable);
        }
        line++;
      }
    }
  }

  private void sequence(Yaml.Sequence sequence) {
    String option = "";
    for (Yaml item : sequence.items()) {
      if (item instanceof Yaml.Scalar scalar) {
        option = argument(scalar, option);
      } else {
        value(item);
      }
    }
  }

  /**
   * {@code --option=IMAGE}, or the word behind an option that is called after an image.
   *
   * @return the option that the next word may be the value of
   */
  private String argument(Yaml.Scalar scalar, String before) {
    String text = scalar.text();
    var matcher = OPTION.matcher(text);
    if (matcher.matches()) {
      String option = matcher.group(1);
      String value = ImageLists.withoutQuotes(matcher.group(2));
      boolean named = isImageOption(option);
      if ((named ? ImageName.parseLikely(value) : ImageName.parseSure(value)) != null
          && taken.add(scalar)) {
        probable(value, option, scalar.line(), "argument --" + option);
      }
      return "";
    }
    if (isImageOption(before) && ImageName.parseLikely(text) != null && taken.add(scalar)) {
      probable(text, text, scalar.line(), "argument " + before);
    }
    return text.startsWith("-") ? text : "";
  }

  private static boolean isImageOption(String option) {
    return option.toLowerCase(Locale.ROOT).endsWith("image");
  }

  /** Values that are documents themselves, such as the configuration of an operator. */
  private void embedded(Yaml.Mapping data) {
    Certainty outer = best;
    best = Certainty.PROBABLE;
    for (Yaml.Member member : data.members()) {
      if (member.value() instanceof Yaml.Scalar scalar && mayHoldImages(scalar.text())) {
        String text = scalar.text();
        text = text.contains("{{") ? TemplateText.withoutActions(text) : text;
        int first = scalar.line() + (scalar.block() ? 1 : 0);
        int before = found.size();
        for (Yaml document : YamlText.read(text, name, first, failure -> {})) {
          walk(document);
        }
        for (int i = before; i < found.size(); i++) {
          Named named = found.get(i);
          String cause = named.cause() == null ? "data " + member.name() : named.cause();
          found.set(
              i, new Named(named.text(), named.key(), named.line(), Certainty.PROBABLE, cause));
        }
      }
    }
    best = outer;
  }

  private static boolean mayHoldImages(String text) {
    return text.indexOf('\n') >= 0
        && (text.contains("mage") || text.contains("repository") || text.contains("--"));
  }
}
