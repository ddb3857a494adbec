package dev.sealosbuild.signing;

import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What a policy or a place of signatures may be given for: an image, its repository, the namespaces
 * above it, its registry, and the domains above that.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5),
 *     docker:</a>
 */
final class DockerScopes {
  private DockerScopes() {}

  /** The most precise first: {@code host/path/name:tag}, … {@code host}, {@code *.domain}. */
  static List<String> of(ImageReference image) {
    List<String> scopes = new ArrayList<>();
    scopes.add(identity(image));
    String name = image.name();
    scopes.add(name);
    for (int slash = name.lastIndexOf('/'); slash >= 0; slash = name.lastIndexOf('/')) {
      name = name.substring(0, slash);
      scopes.add(name);
    }
    int colon = name.indexOf(':');
    String domain = colon < 0 ? name : name.substring(0, colon);
    for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.')) {
      domain = domain.substring(dot + 1);
      scopes.add("*." + domain);
    }
    return scopes;
  }

  /** The image's name with its digest, else with its tag. */
  static String identity(ImageReference image) {
    return intended(image).toString();
  }

  /** Where there is a digest, the tag says nothing of the image any more. */
  static ImageReference intended(ImageReference image) {
    return image.digest() == null ? image : image.withDigest(image.digest());
  }
}
