package dev.sealosbuild.registry;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are good. Nothing of TLS is loaded before the first secured connection. */
final class Trust {
  private final boolean verifies;
  private final Supplier<SSLContext> context;
  private @Nullable SSLSocketFactory sockets;

  Trust(boolean verifies, Supplier<SSLContext> context) {
    this.verifies = verifies;
    this.context = context;
  }

  /** The authorities that this Java trusts. */
  static Trust ofThePlatform() {
    return new Trust(true, () -> checked(SSLContext::getDefault));
  }

  /** Any certificate is good, whoever it names. */
  static Trust ofAnybody() {
    return new Trust(
        false,
        () ->
            checked(
                () -> {
                  SSLContext context = SSLContext.getInstance("TLS");
                  context.init(null, new TrustManager[] {new Anybody()}, null);
                  return context;
                }));
  }

  boolean verifies() {
    return verifies;
  }

  synchronized SSLSocketFactory sockets() {
    if (sockets == null) {
      sockets = context.get().getSocketFactory();
    }
    return sockets;
  }

  private interface Making {
    SSLContext make() throws GeneralSecurityException;
  }

  private static SSLContext checked(Making making) {
    try {
      return making.make();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** What {@code --tls-verify=false} asks for. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
