package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of transports other than {@code docker}, whose are {@link DockerScopes}.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md#supported-transports-and-their-scopes">containers-policy.json(5),
 *     supported transports and their scopes</a>
 */
final class PolicyScopes {
  private static final Set<String> OF_FILES = Set.of("dir", "oci", "oci-archive", "sif");
  private static final Set<String> WITHOUT = Set.of("docker-archive", "tarball");

  private PolicyScopes() {}

  /** The file or folder and the folders that it is in, but for the root. */
  static List<String> ofFile(String transport, Path path) {
    List<String> scopes = new ArrayList<>();
    if (OF_FILES.contains(transport)) {
      for (Path at = real(path); at != null && at.getParent() != null; at = at.getParent()) {
        scopes.add(at.toString());
      }
    }
    return scopes;
  }

  /** Why no image can be in a scope, to be said after its name; null where one can. */
  static @Nullable String misfit(String transport, String scope) {
    if (scope.isEmpty()) {
      return null; // that of the whole transport
    } else if (WITHOUT.contains(transport)) {
      return "is one, and there are none";
    } else if (OF_FILES.contains(transport)) {
      return isCanonical(scope) ? null : "is not an absolute path in its shortest form";
    } else if (transport.equals("containers-storage")) {
      return isInStorage(scope) ? null : "does not begin with [DRIVER@/ROOT] or [/ROOT]";
    } else if (transport.equals("docker-daemon")) {
      return isDigest(scope) ? "is an image's ID" : null;
    }
    return null;
  }

  private static boolean isCanonical(String path) {
    return path.length() > 1
        && path.startsWith("/")
        && Path.of(path).normalize().toString().equals(path);
  }

  private static boolean isInStorage(String scope) {
    int end = scope.indexOf(']');
    if (!scope.startsWith("[") || end < 0) {
      return false;
    }
    String storage = scope.substring(1, end);
    int at = storage.indexOf('@');
    return at != 0 && storage.startsWith("/", at + 1);
  }

  private static boolean isDigest(String scope) {
    try {
      Digest.parse(scope);
      return true;
    } catch (BuildException e) {
      return false; // a name, as it should be
    }
  }

  /** Scopes have no links in them. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // It is not there yet, or will not be opened either.
      return path.toAbsolutePath().normalize();
    }
  }
}
