package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a registry's credentials in files such as containers' auth.json and docker's
 * config.json. The most specific entry counts, {@code registry/namespace/repository} before {@code
 * registry}; the first file that has one counts; a credential helper is asked where its file names
 * one and has no entry.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
final class CredentialFiles {
  private static final int MAX_BYTES = 4 << 20;
  private static final String DOCKER_HUB = "docker.io";

  private final List<Path> files;

  /** The file must be there. */
  static CredentialFiles of(Path file) {
    if (!Files.isReadable(file)) {
      throw new BuildException(
          "the authentication file " + file + " cannot be read", "check --authfile");
    }
    return new CredentialFiles(List.of(file));
  }

  /** The places where podman and docker keep theirs; any may be missing. */
  static CredentialFiles ofThePlatform(Map<String, String> environment, Path home) {
    String only = environment.get("REGISTRY_AUTH_FILE");
    if (only != null && !only.isEmpty()) {
      return new CredentialFiles(List.of(Path.of(only)));
    }
    List<Path> files = new ArrayList<>();
    String runtime = environment.get("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty()) {
      files.add(Path.of(runtime, "containers", "auth.json"));
    }
    String config = environment.get("XDG_CONFIG_HOME");
    Path configHome =
        config == null || config.isEmpty() ? home.resolve(".config") : Path.of(config);
    files.add(configHome.resolve("containers").resolve("auth.json"));
    String docker = environment.get("DOCKER_CONFIG");
    files.add(
        (docker == null || docker.isEmpty() ? home.resolve(".docker") : Path.of(docker))
            .resolve("config.json"));
    return new CredentialFiles(files);
  }

  private CredentialFiles(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /**
   * @param registry such as {@code docker.io} or {@code localhost:5000}
   * @param repository path within the registry
   * @throws BuildException when a file is there but cannot be read
   */
  FoundCredentials find(String registry, String repository) {
    String helpers = "";
    for (Path file : files) {
      if (!Files.exists(file)) {
        continue;
      }
      JsonObject json = read(file);
      Credentials entry = entry(json, registry, repository, file);
      if (entry != null) {
        return new FoundCredentials(entry, file.toString());
      }
      String helper = helper(json, registry);
      if (helper != null) {
        Credentials helped = CredentialHelper.ask(helper, registry);
        if (helped != null) {
          return new FoundCredentials(helped, "docker-credential-" + helper);
        }
        helpers += ", docker-credential-" + helper;
      }
    }
    String places = String.join(", ", files.stream().map(Path::toString).toList());
    return new FoundCredentials(null, places + helpers);
  }

  private static JsonObject read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(MAX_BYTES);
      return readObject(text, file);
    } catch (IOException e) {
      throw new BuildException(
          "the authentication file " + file + " cannot be read: " + e.getMessage(),
          "check its permissions",
          e);
    }
  }

  private static JsonObject readObject(byte[] text, Path file) {
    try {
      return Json.readObject(text, "the authentication file " + file);
    } catch (BuildException e) {
      // Neither message nor cause: a parser quotes what it stumbled over, which may be a secret.
      throw new BuildException(
          "the authentication file " + file + " is not a JSON object", "log in again");
    }
  }

  private static @Nullable Credentials entry(
      JsonObject json, String registry, String repository, Path file) {
    JsonObject auths = json.object("auths");
    if (auths == null) {
      return null;
    }
    String name = registry + "/" + repository;
    while (true) {
      for (Object key : auths.members().keySet()) {
        if (normalised((String) key).equals(name)) {
          JsonObject entry = Objects.requireNonNull(auths.object((String) key));
          String auth = entry.string("auth");
          if (auth != null && !auth.isEmpty()) {
            return decoded(auth, name, file);
          }
        }
      }
      int slash = name.lastIndexOf('/');
      if (slash < 0) {
        return null;
      }
      name = name.substring(0, slash);
    }
  }

  /** Docker once wrote addresses where only a host counts, and still does for its own registry. */
  private static String normalised(String key) {
    int scheme = key.indexOf("://");
    String name = scheme < 0 ? key : key.substring(scheme + 3);
    int path = name.indexOf('/');
    boolean address = scheme >= 0 || name.endsWith("/v1/") || name.endsWith("/v2/");
    String host = path < 0 ? name : name.substring(0, path);
    if (host.equals("index.docker.io") || host.equals("registry-1.docker.io")) {
      return DOCKER_HUB;
    }
    return address ? host : name;
  }

  private static Credentials decoded(String auth, String name, Path file) {
    try {
      String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon > 0) {
        String password = pair.substring(colon + 1).replaceAll("\\x00+$", "");
        return new Credentials(pair.substring(0, colon), new Secret(password));
      }
    } catch (IllegalArgumentException e) {
      throw malformed(name, file);
    }
    throw malformed(name, file);
  }

  private static BuildException malformed(String name, Path file) {
    return new BuildException(
        "the entry for " + name + " in " + file + " is not a user name and a password in base64",
        "log in to the registry again");
  }

  private static @Nullable String helper(JsonObject json, String registry) {
    JsonObject helpers = json.object("credHelpers");
    if (helpers != null) {
      for (Object key : helpers.members().keySet()) {
        if (normalised((String) key).equals(registry)) {
          return helpers.string((String) key);
        }
      }
    }
    String store = json.string("credsStore");
    return store == null || store.isEmpty() ? null : store;
  }
}
