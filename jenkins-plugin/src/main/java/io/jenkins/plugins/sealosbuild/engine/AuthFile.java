package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of credentials for several registries, as {@code login} writes it. */
public final class AuthFile {
  private static final String AUTHS = "auths";

  private final Map<Object, @Nullable Object> members = new LinkedHashMap<>();
  private final Map<Object, @Nullable Object> auths = new LinkedHashMap<>();

  /**
   * Begins with what a file has, such as credential helpers.
   *
   * @throws BuildException when it is no JSON object; nothing of the file is in the exception
   */
  public void read(byte[] json, String what) {
    members.putAll(object(json, what).members());
    if (members.get(AUTHS) instanceof Map<?, ?> found) {
      auths.putAll(found);
    }
  }

  /**
   * Adds a user of a registry.
   *
   * @param url of the registry, {@code [https://]host[:port][/namespace]}
   */
  public void add(String url, String username, String password) {
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    auths.put(key(url), Map.of("auth", Base64.getEncoder().encodeToString(pair)));
  }

  public boolean isEmpty() {
    return members.isEmpty() && auths.isEmpty();
  }

  /** The file's text. */
  public String text() {
    Map<Object, @Nullable Object> file = new LinkedHashMap<>(members);
    file.put(AUTHS, auths);
    return new String(Json.write(file), StandardCharsets.UTF_8);
  }

  /**
   * The registries that a user of the images' names is for, and of no others: a password that went
   * along to where the base images are would be known there too.
   *
   * @param images names as the engine takes them, also with {@code docker://}
   * @throws BuildException when one is no name of an image
   */
  public static Set<String> registries(List<String> images) {
    Set<String> registries = new LinkedHashSet<>();
    for (String image : images) {
      registries.add(ImageReference.parse(image.replaceFirst("^docker://", "")).registry());
    }
    return registries;
  }

  private static JsonObject object(byte[] json, String what) {
    try {
      return Json.readObject(json, what);
    } catch (BuildException e) {
      // A parser tells what it stumbled over, which here is a secret: neither that nor the cause.
      throw new BuildException(
          what + " is not a JSON object", "upload the file that docker login writes");
    }
  }

  /** The name that the file has a registry under; Docker Hub has many addresses. */
  static String key(String url) {
    String rest = url.strip().replaceFirst("^[A-Za-z]+://", "").replaceFirst("/+$", "");
    rest = rest.replaceFirst("/v[12]$", "");
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 ? "" : rest.substring(slash);
    boolean hub = host.equals("index.docker.io") || host.equals("registry-1.docker.io");
    return (hub ? "docker.io" : host) + path;
  }
}
