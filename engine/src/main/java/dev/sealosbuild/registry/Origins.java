package dev.sealosbuild.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The servers that registries are, found out once each. Used by several threads at once. */
final class Origins {
  private final Map<String, Origin> known = new ConcurrentHashMap<>();
  private final Map<String, Object> asking = new ConcurrentHashMap<>();

  /**
   * The server that a registry's name stands for. Where certificates do not matter, plain HTTP will
   * do for one that does not speak TLS.
   *
   * @param registry such as {@code docker.io} or {@code localhost:5000}
   */
  Origin of(String registry, boolean tlsVerify) throws IOException {
    String lock = tlsVerify ? registry : registry + " insecure";
    // Finding out may take long: only who asks for the same registry waits.
    synchronized (asking.computeIfAbsent(lock, key -> new Object())) {
      return find(registry, tlsVerify);
    }
  }

  private Origin find(String registry, boolean tlsVerify) throws IOException {
    String key = tlsVerify ? registry : registry + " insecure";
    Origin origin = known.get(key);
    if (origin == null) {
      String host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
      Origin secure = Origin.of(true, host);
      Origin plain = Origin.of(false, host);
      origin = tlsVerify || speaksTls(secure, plain) ? secure : plain;
      known.put(key, origin);
    }
    return origin;
  }

  private static boolean speaksTls(Origin secure, Origin plain) throws IOException {
    try {
      return TlsProbe.speaksTls(secure);
    } catch (ConnectException e) {
      if (secure.port() == plain.port()) {
        throw e;
      }
      return false;
    }
  }
}
