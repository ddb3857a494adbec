package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of credentials for several registries, as {@code login} writes it. */
public final class AuthFile {
  private static final String AUTHS = "auths";

  private final Map<Object, @Nullable Object> members = new LinkedHashMap<>();
  private final Map<Object, @Nullable Object> auths = new LinkedHashMap<>();

  /** Begins with what a file has, such as credential helpers. */
  public void read(byte[] json, String what) {
    members.putAll(Json.readObject(json, what).members());
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
