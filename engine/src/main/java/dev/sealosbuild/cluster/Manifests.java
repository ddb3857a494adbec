package dev.sealosbuild.cluster;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.layer.TreePaths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The images of {@code manifests}: {@code .yaml}, {@code .yml} and {@code .json} as they stand,
 * {@code .tmpl} rendered. Files that a kustomization takes in count with the names that it gives
 * their images.
 */
final class Manifests {
  static final String FOLDER = "manifests";

  private static final int MAX_NESTED = 20;

  private final SearchedFiles files;
  private final Findings findings;
  private final UnaryOperator<String> expansion;

  private final Map<String, List<Named>> found = new TreeMap<>();
  private final Map<String, Kustomization> kustomizations = new LinkedHashMap<>();
  private final Map<String, List<List<Kustomization.Rule>>> chains = new TreeMap<>();
  private final Set<Kustomization.Rule> used = new HashSet<>();

  Manifests(SearchedFiles files, Findings findings, UnaryOperator<String> expansion) {
    this.files = files;
    this.findings = findings;
    this.expansion = expansion;
  }

  /** Whether a file of that name is a manifest as it stands. */
  static boolean isManifest(String file) {
    return file.endsWith(".yaml") || file.endsWith(".yml") || file.endsWith(".json");
  }

  /**
   * Reads the manifests.
   *
   * @param templates the {@code .tmpl} files among them, rendered
   */
  void search(List<String> all, Map<String, TemplateResult> templates) {
    for (String file : all) {
      if (isManifest(file) || Kustomization.isNamedSo(file)) {
        read(file);
      }
    }
    templates.forEach(this::readTemplate);
    Set<String> inner = new HashSet<>();
    for (Kustomization kustomization : List.copyOf(kustomizations.values())) {
      for (String part : kustomization.parts()) {
        Kustomization child = child(kustomization, part);
        if (child != null && !child.file().equals(kustomization.file())) {
          inner.add(child.file());
        }
      }
    }
    for (Kustomization root : List.copyOf(kustomizations.values())) {
      if (!inner.contains(root.file())) {
        follow(root, List.of(), 0);
      }
    }
    found.forEach(this::report);
    reportUnusedRules();
  }

  private void read(String file) {
    ManifestWalk walk = new ManifestWalk(file, expansion);
    for (Yaml document : YamlText.read(files.text(file), file, 1, findings::fail)) {
      if (document instanceof Yaml.Mapping object
          && (Kustomization.isNamedSo(file) || isKustomization(object))) {
        kustomizations.put(file, Kustomization.of(file, object));
      }
      walk.walk(document);
    }
    walk.warnings().forEach(findings::warn);
    found.put(file, walk.found());
  }

  private static boolean isKustomization(Yaml.Mapping object) {
    return object.text("kind").equals("Kustomization")
        && object.text("apiVersion").startsWith("kustomize.config.k8s.io/");
  }

  private void readTemplate(String file, TemplateResult template) {
    ManifestWalk walk = new ManifestWalk(file, expansion);
    List<Yaml> documents =
        YamlText.read(
            template.text(),
            file,
            1,
            failure -> findings.warn(failure.getMessage() + ", once its actions are taken away"));
    documents.forEach(walk::walk);
    List<Named> named = new ArrayList<>();
    TemplateLines lines = new TemplateLines(template.source(), template.text());
    for (Named each : walk.found()) {
      named.add(
          new Named(
              each.text(), each.key(), lines.lineOf(each.line()), each.certainty(), each.cause()));
    }
    walk.warnings().forEach(warning -> findings.warn(warning.replace(TemplateText.UNKNOWN, '…')));
    found.put(file, named);
  }

  /** The kustomization that a part leads to; null where it is a file, an address or nothing. */
  private @Nullable Kustomization child(Kustomization parent, String part) {
    if (part.isEmpty() || part.contains("://") || part.contains("?")) {
      return null;
    }
    String path = TreePaths.normalize(TreePaths.parent(parent.file()) + "/" + part);
    for (String name : Kustomization.NAMES) {
      String file = TreePaths.child(path, name);
      if (!kustomizations.containsKey(file) && !found.containsKey(file) && files.isFile(file)) {
        read(file);
      }
      if (kustomizations.containsKey(file)) {
        return kustomizations.get(file);
      }
    }
    return null;
  }

  private void follow(Kustomization kustomization, List<Kustomization.Rule> outer, int depth) {
    if (depth > MAX_NESTED) {
      findings.warn(kustomization.file() + ": this kustomization contains itself");
      return;
    }
    List<Kustomization.Rule> chain = new ArrayList<>(kustomization.images());
    chain.addAll(outer);
    chains.computeIfAbsent(kustomization.file(), file -> new ArrayList<>()).add(chain);
    for (String part : kustomization.parts()) {
      Kustomization child = child(kustomization, part);
      if (child != null) {
        follow(child, chain, depth + 1);
        continue;
      }
      String file = TreePaths.normalize(TreePaths.parent(kustomization.file()) + "/" + part);
      if (!part.isEmpty() && !found.containsKey(file) && files.isFile(file)) {
        read(file);
      }
      chains.computeIfAbsent(file, key -> new ArrayList<>()).add(chain);
    }
  }

  private void report(String file, List<Named> names) {
    List<List<Kustomization.Rule>> ways = chains.getOrDefault(file, List.of(List.of()));
    for (Named named : names) {
      for (List<Kustomization.Rule> chain : ways) {
        report(file, named, chain);
      }
    }
  }

  private void report(String file, Named named, List<Kustomization.Rule> chain) {
    String text = named.text();
    List<Place> places = new ArrayList<>();
    places.add(new Place(file, named.line(), null, named.cause()));
    for (Kustomization.Rule rule : chain) {
      String renamed = rule.apply(text);
      if (renamed != null) {
        used.add(rule);
        text = renamed;
        places.add(new Place(rule.file(), rule.line(), null, "images"));
      }
    }
    ImageReference reference = ImageName.parse(text);
    if (reference == null) {
      findings.warn(places.get(places.size() - 1) + ": \"" + text + "\" is not an image reference");
      return;
    }
    for (Place place : places) {
      findings.add(text, reference, named.certainty(), place);
    }
  }

  /** Rules for resources that are elsewhere name an image as well. */
  private void reportUnusedRules() {
    for (Kustomization kustomization : kustomizations.values()) {
      for (Kustomization.Rule rule : kustomization.images()) {
        if (!used.contains(rule) && ImageName.parse(rule.alone()) != null) {
          findings.add(
              rule.alone(),
              Objects.requireNonNull(ImageName.parse(rule.alone())),
              Certainty.PROBABLE,
              new Place(rule.file(), rule.line(), null, "images"));
        }
      }
    }
  }
}
