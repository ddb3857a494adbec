package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells names of images from other text. */
final class ImageName {
  private static final int MAX_LENGTH = 512;

  /** A repository, with a tag, a digest or both. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+\\[\\]-]*");

  private ImageName() {}

  /** The reference that the text is; null where it is none. */
  static @Nullable ImageReference parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
      return null;
    }
    try {
      return ImageReference.parse(text);
    } catch (BuildException e) {
      return null;
    }
  }

  /**
   * The reference that the text is, where its form leaves little doubt that it is one: it has a
   * tag, a digest or a registry's host. {@code localhost:8080} is an address.
   */
  static @Nullable ImageReference parseLikely(String text) {
    ImageReference reference = parse(text);
    if (reference == null) {
      return null;
    }
    boolean tagged = text.lastIndexOf(':') > text.lastIndexOf('/') || text.indexOf('@') >= 0;
    if (!hasHost(text) && !tagged) {
      return null;
    }
    return isAddress(text) ? null : reference;
  }

  /**
   * As {@link #parseLikely}, for a text that nothing around it calls an image: it has a registry's
   * host, a repository, and a tag or a digest.
   */
  static @Nullable ImageReference parseSure(String text) {
    boolean tagged = text.lastIndexOf(':') > text.lastIndexOf('/') || text.indexOf('@') >= 0;
    return hasHost(text) && tagged ? parseLikely(text) : null;
  }

  private static boolean hasHost(String text) {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
  }

  /** {@code localhost:8080}, {@code 10.0.0.1:80}: a tag there is a port. */
  private static boolean isAddress(String text) {
    int colon = text.indexOf(':');
    boolean bare = text.indexOf('/') < 0 && text.indexOf('@') < 0;
    return bare
        && colon >= 0
        && (text.startsWith("localhost:") || text.lastIndexOf('.', colon) >= 0);
  }
}
