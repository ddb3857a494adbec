package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a registry's credentials in files such as containers' auth.json and docker's
 * config.json. The most specific entry counts, {@code registry/namespace/repository} before {@code
 * registry}; the first file that has one counts. A credential helper that a file names for the
 * registry is asked before the file's entries count, one that it names for every registry where
 * there is no entry.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
final class CredentialFiles {
  private static final int MAX_BYTES = 4 << 20;
  private static final String DOCKER_HUB = "docker.io";

  private final List<Path> files;
  private final Map<String, String> environment;

  /**
   * The files that count.
   *
   * @throws BuildException when one was asked for that is not there
   */
  static CredentialFiles of(RegistryOptions options) {
    Path file = options.authFile();
    if (file == null) {
      return new CredentialFiles(places(options.environment()), options.environment());
    }
    if (!Files.isReadable(file)) {
      throw new BuildException(
          "the authentication file " + file + " cannot be read", "check --authfile");
    }
    return new CredentialFiles(List.of(file), options.environment());
  }

  /** Where podman and docker keep theirs; any may be missing. */
  private static List<Path> places(Map<String, String> environment) {
    Path first = written(environment);
    if (isSet(environment, "REGISTRY_AUTH_FILE")) {
      return List.of(first);
    }
    Path configHome = configHome(environment);
    return List.of(
        first,
        configHome.resolve("containers").resolve("auth.json"),
        folder(environment, "DOCKER_CONFIG", ".docker").resolve("config.json"));
  }

  /** The file that podman login writes when it is not told another. */
  static Path written(Map<String, String> environment) {
    if (isSet(environment, "REGISTRY_AUTH_FILE")) {
      return Path.of(environment.get("REGISTRY_AUTH_FILE"));
    }
    Path runtime =
        isSet(environment, "XDG_RUNTIME_DIR")
            ? Path.of(environment.get("XDG_RUNTIME_DIR"), "containers")
            : Path.of("/run/containers", userId());
    return runtime.resolve("auth.json");
  }

  /** Where the user's own configuration is. */
  static Path configHome(Map<String, String> environment) {
    return folder(environment, "XDG_CONFIG_HOME", ".config");
  }

  /** The folder of a variable, else one in the user's home. */
  static Path folder(Map<String, String> environment, String variable, String inHome) {
    return isSet(environment, variable)
        ? Path.of(environment.get(variable))
        : home(environment).resolve(inHome);
  }

  static Path home(Map<String, String> environment) {
    return Path.of(
        isSet(environment, "HOME") ? environment.get("HOME") : System.getProperty("user.home"));
  }

  private static boolean isSet(Map<String, String> environment, String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  /** The number of the user that this runs as. */
  static String userId() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      // No Linux, so no /run/containers either: nothing will be found there.
      return "unknown";
    }
  }

  private CredentialFiles(List<Path> files, Map<String, String> environment) {
    this.files = List.copyOf(files);
    this.environment = environment;
  }

  /**
   * @param registry such as {@code docker.io} or {@code localhost:5000}
   * @param repository path within the registry; empty for the registry as a whole
   * @throws BuildException when a file is there but cannot be read
   */
  FoundCredentials find(String registry, String repository) {
    StringBuilder asked = new StringBuilder();
    for (Path file : files) {
      if (Files.exists(file)) {
        FoundCredentials found = find(registry, repository, file, asked);
        if (found != null) {
          return found;
        }
      }
    }
    String places = String.join(", ", files.stream().map(Path::toString).toList());
    return new FoundCredentials(null, places + asked);
  }

  private @Nullable FoundCredentials find(
      String registry, String repository, Path file, StringBuilder asked) {
    JsonObject json = read(file);
    FoundCredentials own = ask(ownHelper(json, registry), registry, asked);
    if (own != null) {
      return own;
    }
    Credentials entry = entry(json, registry, repository, file);
    if (entry != null) {
      return new FoundCredentials(entry, file.toString());
    }
    return ask(store(json), registry, asked);
  }

  private @Nullable FoundCredentials ask(
      @Nullable String name, String registry, StringBuilder asked) {
    if (name == null) {
      return null;
    }
    CredentialHelper helper = new CredentialHelper(name, environment);
    Credentials helped = helper.get(registry);
    if (helped != null) {
      return new FoundCredentials(helped, helper.program());
    }
    asked.append(", ").append(helper.program());
    return null;
  }

  /** A file as it is. */
  static JsonObject read(Path file) {
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
    String name = repository.isEmpty() ? registry : registry + "/" + repository;
    while (true) {
      for (Object key : auths.members().keySet()) {
        if (normalised((String) key).equals(name)) {
          JsonObject entry = auths.object((String) key);
          Credentials read = entry == null ? null : read(entry, name, file);
          if (read != null) {
            return read;
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

  private static @Nullable Credentials read(JsonObject entry, String name, Path file) {
    String auth = entry.string("auth");
    Credentials pair = auth == null || auth.isEmpty() ? null : decoded(auth, name, file);
    String token = entry.string("identitytoken");
    return token == null || token.isEmpty()
        ? pair
        : Credentials.ofToken(pair == null ? "" : pair.username(), new Secret(token));
  }

  /** Docker once wrote addresses where only a host counts, and still does for its own registry. */
  static String normalised(String key) {
    int scheme = key.indexOf("://");
    String name = scheme < 0 ? key : key.substring(scheme + 3);
    int path = name.indexOf('/');
    boolean address = scheme >= 0 || name.endsWith("/v1/") || name.endsWith("/v2/");
    String host = path < 0 ? name : name.substring(0, path);
    if (host.equals("index.docker.io") || host.equals("registry-1.docker.io")) {
      String rest = path < 0 ? "" : name.substring(path);
      return rest.matches("(/(v[12]/?)?)?") ? DOCKER_HUB : DOCKER_HUB + rest;
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

  /** The helper that the file has for this registry; null for none. */
  static @Nullable String ownHelper(JsonObject json, String registry) {
    JsonObject helpers = json.object("credHelpers");
    if (helpers != null) {
      for (Object key : helpers.members().keySet()) {
        if (normalised((String) key).equals(registry)) {
          return helpers.string((String) key);
        }
      }
    }
    return null;
  }

  /** The helper that the file has for every other registry; null for none. */
  static @Nullable String store(JsonObject json) {
    String store = json.string("credsStore");
    return store == null || store.isEmpty() ? null : store;
  }
}
