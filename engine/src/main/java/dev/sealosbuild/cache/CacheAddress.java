package dev.sealosbuild.cache;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Path;

/** Where {@code --cache-from} and {@code --cache-to} have results. */
public sealed interface CacheAddress {

  /** A repository of a registry, in which each result is an image with a tag of its own. */
  record Repository(ImageReference name) implements CacheAddress {
    @Override
    public String toString() {
      return name.name();
    }
  }

  /** A directory: an OCI image layout with the results beside its blobs. */
  record Directory(Path path) implements CacheAddress {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * Reads {@code REGISTRY/REPOSITORY}, {@code type=registry,ref=REGISTRY/REPOSITORY} or {@code
   * type=local,KEY=DIRECTORY}, with {@code mode=max} or without.
   *
   * @param option for messages
   * @param key what a directory is given by: {@code src} or {@code dest}
   * @throws BuildException when it is none of these
   */
  static CacheAddress parse(String option, String key, String text) {
    if (text.indexOf('=') < 0) {
      return repository(option, text);
    }
    String type = "";
    String value = "";
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      if (name.equals("type")) {
        type = field.substring(equals + 1);
      } else if (equals > 0 && (name.equals(key) || name.equals("ref"))) {
        value = name + "=" + field.substring(equals + 1);
      } else if (!field.equals("mode=max")) { // the results of all stages, which are what is kept
        throw wrong(option, key, text, "has the field \"" + field + "\", which is not known");
      }
    }
    if (type.equals("local") && value.length() > key.length() + 1 && value.startsWith(key + "=")) {
      return new Directory(Path.of(value.substring(key.length() + 1)));
    } else if (type.equals("registry") && value.startsWith("ref=")) {
      return repository(option, value.substring("ref=".length()));
    }
    throw wrong(option, key, text, "names neither a repository nor a directory");
  }

  private static CacheAddress repository(String option, String text) {
    ImageReference name = ImageReference.parse(text);
    boolean tagged = text.indexOf(':', text.lastIndexOf('/') + 1) >= 0;
    if (name.digest() != null || tagged) {
      throw new BuildException(
          option + " " + text + " has a tag or a digest",
          "each result gets a tag of its own there");
    }
    return new Repository(name);
  }

  private static BuildException wrong(String option, String key, String text, String why) {
    return new BuildException(
        option + " " + text + " " + why,
        "write it as registry.example.com/team/cache or type=local," + key + "=DIRECTORY");
  }
}
