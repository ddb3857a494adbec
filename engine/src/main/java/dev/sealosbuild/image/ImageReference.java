package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image, {@code registry/repository[:tag][@digest]}, normalised as docker does:
 * {@code nginx} is {@code docker.io/library/nginx:latest}.
 *
 * @param registry host and optional port, such as {@code docker.io}, {@code localhost:5000} or
 *     {@code [::1]:5000}
 * @param repository path within the registry, such as {@code library/nginx}
 * @param tag such as {@code 1.25}; null where only a digest was given
 * @param digest null where only a tag was given
 * @see <a href="https://github.com/distribution/reference/blob/v0.6.0/reference.go">distribution's
 *     reference grammar</a>
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  private static final String DEFAULT_REGISTRY = "docker.io";
  private static final String DEFAULT_TAG = "latest";
  private static final int MAX_NAME_LENGTH = 255;

  /** The longest name, tag and digest there can be, so that no pattern meets a longer text. */
  private static final int MAX_LENGTH = MAX_NAME_LENGTH + 1 + 128 + 1 + 7 + 128;

  private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final Pattern REGISTRY =
      Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+");
  private static final Pattern HEX = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  public ImageReference {
    Objects.requireNonNull(registry);
    if (repository.isEmpty() || registry.length() + 1 + repository.length() > MAX_NAME_LENGTH) {
      throw malformed(
          registry + "/" + repository,
          "a name has between 1 and " + MAX_NAME_LENGTH + " characters");
    }
  }

  /**
   * Reads a reference as people write it.
   *
   * @throws BuildException when the text is not a reference; the message says which part is wrong
   */
  public static ImageReference parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw malformed(
          text.substring(0, 40) + "…", "a reference has at most " + MAX_LENGTH + " characters");
    }
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = parseDigest(text, rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/') && !rest.endsWith("]")) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      if (!TAG.matcher(tag).matches()) {
        throw malformed(
            text,
            "a tag has up to 128 letters, digits, '_', '.' and '-', and begins with neither of the last two");
      }
    }
    if (tag == null && digest == null) {
      tag = DEFAULT_TAG;
    }
    return ofName(text, rest, tag, digest);
  }

  /** The same repository with this tag and no digest. */
  public ImageReference withTag(String newTag) {
    if (!TAG.matcher(newTag).matches()) {
      throw malformed(newTag, "that is not a tag");
    }
    return new ImageReference(registry, repository, newTag, null);
  }

  /** The same repository with this digest and no tag. */
  public ImageReference withDigest(Digest newDigest) {
    return new ImageReference(registry, repository, null, newDigest);
  }

  /** What is left of the name without its registry, as if none had been written. */
  public ImageReference withoutRegistry() {
    return parse(
        repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest));
  }

  /** {@code registry/repository}. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What a registry is asked for: the digest where there is one, else the tag. */
  public String tagOrDigest() {
    return digest != null ? digest.toString() : Objects.requireNonNull(tag);
  }

  /** The name as people write it: without docker.io and its library. */
  public String familiarName() {
    if (!registry.equals(DEFAULT_REGISTRY)) {
      return toString();
    }
    String familiar = toString().substring(DEFAULT_REGISTRY.length() + 1);
    String library = "library/";
    boolean official =
        repository.startsWith(library) && repository.indexOf('/', library.length()) < 0;
    return official ? familiar.substring(library.length()) : familiar;
  }

  @Override
  public String toString() {
    return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  private static ImageReference ofName(
      String text, String name, @Nullable String tag, @Nullable Digest digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (HEX.matcher(name).matches()) {
      throw malformed(text, "64 hexadecimal digits alone are an image's ID and not a name");
    }
    boolean hasRegistry =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
    String registry = hasRegistry ? first : DEFAULT_REGISTRY;
    String repository = hasRegistry ? name.substring(slash + 1) : name;
    if (registry.equals("index.docker.io")) {
      registry = DEFAULT_REGISTRY;
    }
    if (registry.equals(DEFAULT_REGISTRY) && repository.indexOf('/') < 0) {
      repository = "library/" + repository;
    }
    checkRegistry(text, registry);
    checkRepository(text, repository);
    return new ImageReference(registry, repository, tag, digest);
  }

  private static void checkRegistry(String text, String registry) {
    if (!REGISTRY.matcher(registry).matches()) {
      throw malformed(text, "\"" + registry + "\" is not a host name with an optional port");
    }
  }

  private static void checkRepository(String text, String repository) {
    for (String component : repository.split("/", -1)) {
      Matcher matcher = COMPONENT.matcher(component);
      if (!matcher.matches()) {
        boolean upper = !component.equals(component.toLowerCase(java.util.Locale.ROOT));
        throw malformed(
            text,
            upper
                ? "a repository name must be lower case"
                : "\""
                    + component
                    + "\" is not a part of a repository name: letters and digits, separated by '.', '_', '__' or '-'");
      }
    }
  }

  private static Digest parseDigest(String text, String digest) {
    try {
      return Digest.parse(digest);
    } catch (BuildException e) {
      throw malformed(text, e.sentence());
    }
  }

  private static BuildException malformed(String text, String why) {
    return new BuildException("\"" + text + "\" is not an image reference", why);
  }
}
