package dev.sealosbuild.registry;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/**
 * A server: what a credential belongs to and what connections are shared for.
 *
 * @param tls whether it is spoken to over TLS
 * @param host name or address, an IPv6 address without its brackets
 * @param port always given, 443 or 80 where the address left it out
 */
record Origin(boolean tls, String host, int port) {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final int MAX_PORT = 65_535;

  static Origin of(URI uri) throws IOException {
    String scheme = uri.getScheme();
    String host = uri.getHost();
    boolean tls = "https".equalsIgnoreCase(scheme);
    if (host == null || !(tls || "http".equalsIgnoreCase(scheme))) {
      throw new ProtocolException("an address that is neither http nor https");
    }
    return of(tls, host, uri.getPort());
  }

  /** Reads {@code host[:port]}. */
  static Origin of(boolean tls, String hostAndPort) throws IOException {
    int colon = hostAndPort.lastIndexOf(':');
    boolean hasPort = colon > hostAndPort.lastIndexOf(']');
    String host = hasPort ? hostAndPort.substring(0, colon) : hostAndPort;
    return of(tls, host, hasPort ? Integer.parseInt(hostAndPort.substring(colon + 1)) : -1);
  }

  private static Origin of(boolean tls, String host, int port) throws IOException {
    if (port > MAX_PORT) {
      throw new ProtocolException("an address with the port " + port);
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int known = tls ? HTTPS_PORT : HTTP_PORT;
    return new Origin(tls, bare.toLowerCase(Locale.ROOT), port < 0 ? known : port);
  }

  /** {@code host[:port]} as a Host header has it: without the port that the scheme implies. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
  }

  /** Written out: what a record makes up itself costs some 20 ms at first use. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Origin origin
        && tls == origin.tls
        && port == origin.port
        && host.equals(origin.host);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + authority();
  }
}
