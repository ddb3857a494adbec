package io.jenkins.plugins.sealosbuild;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import java.util.List;
import java.util.function.Consumer;

/** Looks over what is typed into a form. Each answers what is wrong, or an empty text. */
final class FormChecks {
  private FormChecks() {}

  /** Names of images, one to a line. What has a variable in it is known only to the build. */
  static String images(String text) {
    return each(text.lines().toList(), ImageReference::parse);
  }

  /** The name of one image, which must be there. */
  static String oneImage(String text) {
    return text.isBlank() ? "name an image, such as registry.example.com/shop:1" : images(text);
  }

  /** Platforms, by lines or commas. */
  static String platforms(String text) {
    return each(List.of(text.split("[\r\n,]+", -1)), Platform::parse);
  }

  /** A registry's address. */
  static String registry(String text) {
    if (text.isBlank()) {
      return "name the registry, such as registry.example.com";
    }
    String host = text.strip().replaceFirst("^https?://", "").replaceFirst("/+$", "");
    return each(List.of(host), name -> ImageReference.parse(name + "/x"));
  }

  private static String each(List<String> texts, Consumer<String> parser) {
    for (String text : texts) {
      if (text.isBlank() || text.contains("$")) {
        continue;
      }
      try {
        parser.accept(text.strip());
      } catch (BuildException e) {
        return e.sentence();
      }
    }
    return "";
  }
}
