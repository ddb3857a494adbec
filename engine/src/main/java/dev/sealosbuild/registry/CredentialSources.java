package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a registry's credentials are looked for and kept: what {@code credential-helpers} of
 * registries.conf lists, in that order; the authentication files alone where it lists nothing.
 *
 * @param helpers names of helpers, {@link #FILES} among them for the files
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-registries.conf.5.md#credential-helpers">containers-registries.conf(5),
 *     credential helpers</a>
 */
record CredentialSources(List<String> helpers, RegistryOptions options) {
  /** What stands for the authentication files in the list of helpers. */
  static final String FILES = "containers-auth.json";

  CredentialSources {
    helpers = List.copyOf(helpers);
  }

  /**
   * Itself.
   *
   * @throws BuildException when a file was asked for that is not there
   */
  CredentialSources checked() {
    if (helpers.contains(FILES)) {
      CredentialFiles.of(options);
    }
    return this;
  }

  /** The helpers alone. */
  CredentialSources withoutFiles() {
    return new CredentialSources(
        helpers.stream().filter(helper -> !helper.equals(FILES)).toList(), options);
  }

  /**
   * Asks one after the other. One that fails is passed over where a later one has credentials.
   *
   * @param repository path within the registry; helpers know registries only
   * @throws BuildException the first failure, when none had any
   */
  FoundCredentials find(String registry, String repository) {
    List<String> asked = new ArrayList<>();
    BuildException failure = null;
    for (String helper : helpers) {
      try {
        FoundCredentials found =
            helper.equals(FILES)
                ? CredentialFiles.of(options).find(registry, repository)
                : ask(external(helper), registry);
        if (found.credentials() != null) {
          return found;
        }
        asked.add(found.where());
      } catch (BuildException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return new FoundCredentials(null, String.join(", ", asked));
  }

  private static FoundCredentials ask(CredentialHelper helper, String registry) {
    return new FoundCredentials(helper.get(registry), helper.program());
  }

  /**
   * Keeps credentials in the first that takes them.
   *
   * @param name {@code registry[/namespace]}
   * @return where they are kept
   * @throws BuildException the first failure, when none took them
   */
  String put(String name, Credentials credentials, LoginFile file) {
    BuildException failure = null;
    for (String helper : helpers) {
      try {
        if (helper.equals(FILES)) {
          return file.put(name, credentials);
        }
        CredentialHelper external = external(helper);
        requireRegistry(name, external);
        external.store(name, credentials);
        return external.program();
      } catch (BuildException e) {
        failure = failure == null ? e : failure;
      }
    }
    throw failure == null ? new IllegalStateException("no credential helpers") : failure;
  }

  private static void requireRegistry(String name, CredentialHelper helper) {
    if (name.indexOf('/') >= 0) {
      throw new BuildException(
          helper.program() + " cannot keep credentials for " + name + ", only for registries",
          "name the registry alone, or put " + FILES + " in registries.conf's credential-helpers");
    }
  }

  /**
   * Forgets a name's credentials everywhere.
   *
   * @return whether any had them
   */
  boolean remove(String name, LoginFile file) {
    boolean had = false;
    for (String helper : helpers) {
      if (helper.equals(FILES)) {
        had |= file.remove(name);
      } else if (name.indexOf('/') < 0 && external(helper).get(name) != null) {
        external(helper).erase(name);
        had = true;
      }
    }
    return had;
  }

  /** Forgets all credentials, those of others that a helper keeps too. */
  void removeAll(LoginFile file) {
    for (String helper : helpers) {
      if (helper.equals(FILES)) {
        file.removeAll();
      } else {
        CredentialHelper external = external(helper);
        external.list().forEach(registry -> external.erase(CredentialFiles.normalised(registry)));
      }
    }
  }

  private CredentialHelper external(String helper) {
    Map<String, String> environment = options.environment();
    return new CredentialHelper(helper, environment);
  }
}
