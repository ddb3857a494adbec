package dev.sealosbuild.action;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the credentials of the inputs known to the engine, on no command line. */
final class RegistryLogin {
  private RegistryLogin() {}

  /**
   * The environment with the credentials: for the registry that is named, or else those of the
   * tags, as a file beside what logins have left; where there are none, for all registries as
   * variables.
   *
   * @param folder that only this user can enter
   * @throws BuildException when half of them is missing
   */
  static Map<String, String> apply(Inputs inputs, Map<String, String> environment, Path folder) {
    String username = inputs.text(Input.USERNAME);
    String password = inputs.text(Input.PASSWORD);
    String registry = inputs.text(Input.REGISTRY);
    if (username.isEmpty() != password.isEmpty()) {
      throw new BuildException(
          username.isEmpty()
              ? "the input password is given without username"
              : "the input username is given without password",
          "give both; a secret that the workflow cannot see is empty");
    }
    if (username.isEmpty()) {
      if (!registry.isEmpty()) {
        throw new BuildException(
            "the input registry is given without username and password",
            "give all three; the registries of tags need not be named here");
      }
      return environment;
    }
    if (!registry.isEmpty() && !inputs.text("authfile").isEmpty()) {
      throw new BuildException(
          "the inputs registry and authfile both bring credentials",
          "put those of registry into the file, or leave authfile out");
    }
    Map<String, String> with = new HashMap<>(environment);
    Set<String> registries = registries(inputs);
    if (registries.isEmpty()) {
      with.put("SEALOS_BUILD_USERNAME", username);
      with.put("SEALOS_BUILD_PASSWORD", password);
    } else {
      String pair = username + ":" + password;
      with.put("REGISTRY_AUTH_FILE", write(registries, pair, environment, folder).toString());
    }
    return with;
  }

  /** Whom the credentials are for: nobody else is to see them. */
  private static Set<String> registries(Inputs inputs) {
    String registry = inputs.text(Input.REGISTRY);
    if (!registry.isEmpty()) {
      return Set.of(registry);
    }
    Set<String> registries = new TreeSet<>();
    if (inputs.text("authfile").isEmpty()) {
      EngineCall.tags(inputs).forEach(tag -> registries.add(ImageReference.parse(tag).registry()));
    }
    return registries;
  }

  private static Path write(
      Set<String> registries, String pair, Map<String, String> environment, Path folder) {
    try {
      Map<String, Object> logins = new LinkedHashMap<>(existing(environment));
      Map<String, Object> auths = new LinkedHashMap<>(members(logins.get("auths")));
      String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      registries.forEach(registry -> auths.put(registry, Map.of("auth", encoded)));
      logins.put("auths", auths);
      Map<String, Object> helpers = new LinkedHashMap<>(members(logins.get("credHelpers")));
      helpers.keySet().removeAll(registries);
      logins.put("credHelpers", helpers);
      Path file =
          Files.createTempFile(
              folder,
              "auth",
              ".json",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, Json.write(logins));
      return file;
    } catch (IOException e) {
      throw new BuildException(
          "the credentials cannot be written: " + e.getMessage(),
          "see that " + folder + " can be written",
          e);
    }
  }

  /** What docker/login-action and its like have left. */
  private static Map<String, Object> existing(Map<String, String> environment) throws IOException {
    String given = environment.get("REGISTRY_AUTH_FILE");
    String home = environment.getOrDefault("HOME", "/root");
    String config = environment.getOrDefault("DOCKER_CONFIG", home + "/.docker");
    Path file = given == null ? Path.of(config, "config.json") : Path.of(given);
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    return members(Json.readObject(Files.readAllBytes(file), file.toString()).members());
  }

  private static Map<String, Object> members(@Nullable Object object) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (object instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (value != null) {
              members.put(String.valueOf(key), value);
            }
          });
    }
    return members;
  }
}
