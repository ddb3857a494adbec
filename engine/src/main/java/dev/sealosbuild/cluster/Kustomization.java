package dev.sealosbuild.cluster;

import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code kustomization.yaml}: which files it takes in, and how it names their images.
 *
 * @param file its path in the context
 * @param parts files and directories as they are written there
 * @param images its image rules
 * @see <a href="https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/">
 *     kustomize, images</a>
 */
record Kustomization(String file, List<String> parts, List<Rule> images) {
  static final List<String> NAMES =
      List.of("kustomization.yaml", "kustomization.yml", "Kustomization");

  /**
   * One item of {@code images}.
   *
   * @param name of the image in the resources, without tag
   * @param newName empty where it stays
   * @param newTag empty where it stays
   * @param digest empty where there is none
   */
  record Rule(String file, int line, String name, String newName, String newTag, String digest) {

    /** The image's new name; null where it is not meant. */
    @Nullable String apply(String image) {
      int at = image.indexOf('@');
      String tagged = at < 0 ? image : image.substring(0, at);
      int colon = tagged.lastIndexOf(':');
      String bare = colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
      if (!bare.equals(name) && !isSame(bare)) {
        return null;
      }
      String result = newName.isEmpty() ? bare : newName;
      if (newTag.isEmpty() && digest.isEmpty()) {
        return result + image.substring(bare.length());
      }
      return result + suffix();
    }

    /** What the rule names by itself, for resources that are not at hand; empty for nothing. */
    String alone() {
      return newTag.isEmpty() && digest.isEmpty()
          ? ""
          : (newName.isEmpty() ? name : newName) + suffix();
    }

    private String suffix() {
      return (newTag.isEmpty() ? "" : ":" + newTag) + (digest.isEmpty() ? "" : "@" + digest);
    }

    private boolean isSame(String bare) {
      ImageReference one = ImageName.parse(bare);
      ImageReference other = ImageName.parse(name);
      return one != null && other != null && one.name().equals(other.name());
    }
  }

  /** Whether a file of that name is one. */
  static boolean isNamedSo(String file) {
    return NAMES.contains(file.substring(file.lastIndexOf('/') + 1));
  }

  static Kustomization of(String file, Yaml.Mapping object) {
    List<String> parts = new ArrayList<>();
    for (String field : List.of("resources", "bases", "components", "patchesStrategicMerge")) {
      object.scalars(field).forEach(part -> parts.add(part.text()));
    }
    for (String field : List.of("patches", "patchesJson6902")) {
      object.mappings(field).forEach(patch -> parts.add(patch.text("path")));
    }
    List<Rule> images = new ArrayList<>();
    for (Yaml.Mapping image : object.mappings("images")) {
      if (!image.text("name").isEmpty()) {
        images.add(
            new Rule(
                file,
                image.line(),
                image.text("name"),
                image.text("newName"),
                image.text("newTag"),
                image.text("digest")));
      }
    }
    return new Kustomization(file, List.copyOf(parts), List.copyOf(images));
  }
}
