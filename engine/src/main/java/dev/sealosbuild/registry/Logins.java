package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Logging in to registries and out of them: in the file of {@link RegistryOptions#authFile}, which
 * need not exist, else where podman login keeps it.
 *
 * <p>A name is that of a registry, or of a namespace in it: {@code quay.io}, {@code
 * localhost:5000/team}. A scheme before it and a slash at its end are passed over.
 */
public final class Logins {
  private final RegistryOptions options;
  private final LoginFile file;

  public Logins(RegistryOptions options) {
    this.options = options;
    Path given = options.authFile();
    this.file =
        new LoginFile(
            given == null ? CredentialFiles.written(options.environment()) : given,
            options.environment());
  }

  /**
   * Asks the registry whether the credentials are good, and keeps them.
   *
   * @return where they are kept: a file, or a credential helper
   * @throws BuildException when they are not good, or cannot be kept
   */
  public String login(String name, Credentials credentials) {
    String known = nameOf(name);
    try (RegistryClient client = new RegistryClient(options)) {
      client.checkLogin(registry(known), credentials);
    }
    return sources().put(known, credentials, file);
  }

  /** Who one is logged in as; null where one is not. */
  public @Nullable String username(String name) {
    String known = nameOf(name);
    String registry = registry(known);
    String namespace = known.equals(registry) ? "" : known.substring(registry.length() + 1);
    Path given = options.authFile();
    CredentialSources sources =
        given != null && !Files.exists(given) ? sources().withoutFiles() : sources();
    Credentials found = sources.find(registry, namespace).credentials();
    return found == null ? null : found.username();
  }

  /**
   * Forgets the credentials of a name.
   *
   * @return false where there were none
   */
  public boolean logout(String name) {
    return sources().remove(nameOf(name), file);
  }

  /** Forgets all credentials. */
  public void logoutOfAll() {
    sources().removeAll(file);
  }

  private CredentialSources sources() {
    return RegistriesConf.load(options).credentials(options);
  }

  /** As the file has it. */
  private static String nameOf(String given) {
    int scheme = given.indexOf("://");
    String bare = (scheme < 0 ? given : given.substring(scheme + 3)).replaceFirst("/+$", "");
    String name = CredentialFiles.normalised(bare.replaceFirst("/v[12]$", ""));
    // Names are compared with those of images, so one that no image can have is of no use.
    ImageReference image = ImageReference.parse(name + "/image");
    if (!(name + "/").startsWith(image.registry() + "/")) {
      throw new BuildException(
          "\"" + given + "\" does not name a registry",
          "name it by its host, such as quay.io, localhost or build:5000");
    }
    return name;
  }

  private static String registry(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }
}
