package dev.sealosbuild.context;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that the usual variables name: {@code http_proxy}, {@code https_proxy}, {@code
 * no_proxy} and the same in capitals.
 */
final class ProxyVariables extends ProxySelector {
  private final Map<String, String> environment;

  ProxyVariables(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI address) {
    String host = address.getHost();
    if (host == null || isExcepted(host.toLowerCase(Locale.ROOT), port(address))) {
      return List.of(Proxy.NO_PROXY);
    }
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    return List.of(proxy(value(scheme + "_proxy")));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException e) {
    // There is no second one to try; the failure itself is told by who asked.
  }

  private static Proxy proxy(String value) {
    if (value.isEmpty()) {
      return Proxy.NO_PROXY;
    }
    URI proxy;
    try {
      proxy = URI.create(value.contains("://") ? value : "http://" + value);
    } catch (IllegalArgumentException e) {
      return Proxy.NO_PROXY;
    }
    String host = proxy.getHost();
    if (host == null) {
      return Proxy.NO_PROXY;
    }
    boolean socks = String.valueOf(proxy.getScheme()).startsWith("socks");
    int port = proxy.getPort() > 0 ? proxy.getPort() : socks ? 1080 : 80;
    return new Proxy(
        socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  /** As curl and Go have it: a name stands for itself and what is below it; loopback never. */
  private boolean isExcepted(String host, int port) {
    if (isLoopback(host)) {
      return true;
    }
    for (String each : value("no_proxy").split(",", -1)) {
      String pattern = each.strip().toLowerCase(Locale.ROOT);
      if (pattern.equals("*")) {
        return true;
      }
      int colon = pattern.lastIndexOf(':');
      if (colon > 0 && colon == pattern.indexOf(':')) {
        if (!pattern.substring(colon + 1).equals(Integer.toString(port))) {
          continue;
        }
        pattern = pattern.substring(0, colon);
      }
      String domain = pattern.startsWith("*.") ? pattern.substring(1) : pattern;
      String name = domain.startsWith(".") ? domain.substring(1) : domain;
      boolean itself = host.equals(name) && !domain.startsWith(".");
      if (!name.isEmpty() && (itself || host.endsWith("." + name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
  }

  private static int port(URI address) {
    if (address.getPort() > 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }

  private String value(String name) {
    @Nullable String lower = environment.get(name);
    @Nullable String value =
        lower != null && !lower.isEmpty() ? lower : environment.get(name.toUpperCase(Locale.ROOT));
    return value == null ? "" : value.strip();
  }
}
