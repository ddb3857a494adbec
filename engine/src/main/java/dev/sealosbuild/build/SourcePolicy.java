package dev.sealosbuild.build;

import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.ImageSource;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which images a build may begin with, and what they are replaced by: the first rule that matches
 * counts, and what none matches is allowed.
 *
 * @param rules in the order of the file
 * @see <a href="https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md">buildah
 *     build, --source-policy-file</a>
 */
public record SourcePolicy(List<Rule> rules) {
  static final SourcePolicy NONE = new SourcePolicy(List.of());

  private static final int MAX_BYTES = 4 << 20;
  private static final String IMAGE = "docker-image://";

  /** What becomes of a source that a rule matches. */
  public enum Action {
    ALLOW,
    DENY,
    CONVERT
  }

  /**
   * One rule.
   *
   * @param identifier such as {@code docker-image://docker.io/library/alpine:latest}
   * @param wildcard whether {@code *} and {@code ?} in it stand for characters
   * @param replacement for {@link Action#CONVERT}; empty otherwise
   */
  public record Rule(Action action, String identifier, boolean wildcard, String replacement) {
    boolean matches(String source) {
      return wildcard ? matchesWildcard(identifier, source) : identifier.equals(source);
    }
  }

  public SourcePolicy {
    rules = List.copyOf(rules);
  }

  /**
   * Reads a policy file; null stands for none.
   *
   * @throws BuildException when it cannot be read or holds something else than such rules
   */
  public static SourcePolicy read(@Nullable Path file) {
    if (file == null) {
      return NONE;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BuildException("the source policy " + file + " has more than 4 MiB", "");
      }
      JsonObject json = Json.readObject(bytes, "the source policy " + file);
      List<Rule> rules = new ArrayList<>();
      for (JsonObject rule : json.objects("rules")) {
        rules.add(rule(rule, "rule " + rules.size() + " of the source policy " + file));
      }
      return new SourcePolicy(rules);
    } catch (IOException e) {
      throw new BuildException(
          "the source policy " + file + " cannot be read: " + e.getMessage(),
          "give --source-policy-file a JSON file with rules",
          e);
    }
  }

  /**
   * The image to use in place of one.
   *
   * @throws BuildException when a rule denies it
   */
  ImageReference apply(ImageReference image) {
    String source = IMAGE + image;
    for (Rule rule : rules) {
      if (rule.matches(source)) {
        return switch (rule.action()) {
          case ALLOW -> image;
          case CONVERT -> ImageReference.parse(withoutScheme(rule.replacement()));
          case DENY ->
              throw new BuildException(
                  "the source policy denies " + source + " by its rule for " + rule.identifier(),
                  "use another image, or have the policy changed");
        };
      }
    }
    return image;
  }

  /**
   * An image that a cluster needs, to be taken from where the policy says and kept under its name.
   *
   * @throws BuildException when a rule denies it
   */
  public FoundImage apply(FoundImage image) {
    if (rules.isEmpty() || image.source().transport() != ImageSource.Transport.REGISTRY) {
      return image;
    }
    try {
      ImageReference asked = apply(image.reference());
      return asked.equals(image.reference())
          ? image
          : image.withSource(ImageSource.registry(asked));
    } catch (BuildException e) {
      throw new BuildException(
          e.getMessage() + "; the image is named in " + image.places().get(0),
          "use another image, leave it out in .sealignore, or have the policy changed",
          e);
    }
  }

  private static Rule rule(JsonObject json, String what) {
    Action action = action(json.string("action"), what);
    JsonObject selector = json.object("selector");
    String identifier = selector == null ? null : selector.string("identifier");
    if (selector == null || identifier == null || identifier.isEmpty()) {
      throw new BuildException(what + " has no selector.identifier", "say what it is about");
    }
    boolean wildcard =
        switch (Objects.requireNonNullElse(selector.string("matchType"), "WILDCARD")) {
          case "WILDCARD" -> true;
          case "EXACT" -> false;
          default ->
              throw new BuildException(
                  what + " has the matchType " + selector.string("matchType"),
                  "it takes EXACT or WILDCARD");
        };
    JsonObject updates = json.object("updates");
    String replacement = updates == null ? null : updates.string("identifier");
    if (action == Action.CONVERT && (replacement == null || !isImage(replacement))) {
      throw new BuildException(
          what + " has no updates.identifier that is an image",
          "write it as docker-image://registry/repository:tag");
    }
    return new Rule(action, identifier, wildcard, Objects.requireNonNullElse(replacement, ""));
  }

  private static Action action(@Nullable String action, String what) {
    return switch (Objects.requireNonNullElse(action, "")) {
      case "ALLOW" -> Action.ALLOW;
      case "DENY" -> Action.DENY;
      case "CONVERT" -> Action.CONVERT;
      default ->
          throw new BuildException(
              what + " has the action " + action, "it takes ALLOW, DENY or CONVERT");
    };
  }

  private static boolean isImage(String identifier) {
    return identifier.startsWith(IMAGE) || !identifier.contains("://");
  }

  private static String withoutScheme(String identifier) {
    return identifier.startsWith(IMAGE) ? identifier.substring(IMAGE.length()) : identifier;
  }

  /** Goes over the text once, and back to the last star only: no pattern takes long. */
  private static boolean matchesWildcard(String pattern, String text) {
    int p = 0;
    int star = -1;
    int resume = 0;
    for (int t = 0; t < text.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
