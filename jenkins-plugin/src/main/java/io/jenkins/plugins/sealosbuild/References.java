package io.jenkins.plugins.sealosbuild;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images as a Jenkinsfile gives them to other steps: what was built, or references. */
final class References {
  private References() {}

  /** The references; lines of a text are one each. */
  static List<String> of(@Nullable Object images) {
    List<String> references = new ArrayList<>();
    if (images instanceof Collection<?> all) {
      all.forEach(image -> references.addAll(of(image)));
    } else if (images instanceof Object[] array) {
      references.addAll(of(Arrays.asList(array)));
    } else if (images instanceof SealosImage image) {
      references.add(image.getReference());
    } else if (images != null) {
      images.toString().lines().map(String::strip).forEach(references::add);
    }
    references.removeIf(String::isEmpty);
    return references;
  }
}
