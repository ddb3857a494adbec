package dev.sealosbuild.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs to be allowed.
 *
 * @param repository path within the registry; empty for none
 * @param push whether it writes there, besides reading
 * @param mountFrom another repository that it reads from; null for none
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">distribution, token
 *     scope</a>
 */
record Scope(String repository, boolean push, @Nullable String mountFrom) {

  /** Nothing but to be let in. */
  static final Scope NONE = new Scope("", false, null);

  static Scope pull(String repository) {
    return new Scope(repository, false, null);
  }

  static Scope push(String repository) {
    return new Scope(repository, true, null);
  }

  /** Whether who may do this may do the other as well. */
  boolean covers(Scope other) {
    return repository.equals(other.repository)
        && (push || !other.push)
        && (other.mountFrom == null || other.mountFrom.equals(mountFrom));
  }

  /** As a token server is asked for it. */
  List<String> parameters() {
    List<String> parameters = new ArrayList<>();
    if (repository.isEmpty()) {
      return parameters;
    }
    parameters.add("repository:" + repository + (push ? ":pull,push" : ":pull"));
    if (mountFrom != null) {
      parameters.add("repository:" + mountFrom + ":pull");
    }
    return parameters;
  }
}
