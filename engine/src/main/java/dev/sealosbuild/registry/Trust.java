package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are good, and which are shown to whom. Nothing of TLS is loaded, and no folder
 * looked for, before the first secured connection.
 *
 * <p>The client's certificate of {@code --cert-dir} is shown to registries and their token servers,
 * but not to hosts that they send elsewhere to; one of a folder that is named for such a host is.
 */
final class Trust {
  private final CertificatePlaces places;
  private final Map<String, SSLSocketFactory> sockets = new HashMap<>();

  private Trust(CertificatePlaces places) {
    this.places = places;
  }

  /** As the options say. */
  static Trust of(RegistryOptions options) {
    return new Trust(new CertificatePlaces(options.certDir(), options.environment()));
  }

  /** The authorities that this Java trusts, and no client's certificate. */
  static Trust usual() {
    return new Trust(CertificatePlaces.none());
  }

  /** Makes connections to a server. */
  synchronized SSLSocketFactory sockets(Peer server) {
    Path folder = places.of(server.origin());
    boolean shows = server.own() || !places.isGiven();
    String key = folder + (server.verified() ? " verified" : "") + (shows ? " shown" : "");
    return sockets.computeIfAbsent(key, name -> make(folder, server.verified(), shows));
  }

  private static SSLSocketFactory make(@Nullable Path folder, boolean verifies, boolean shows) {
    try {
      if (folder == null && verifies) {
        return SSLContext.getDefault().getSocketFactory();
      }
      CertificateFolder certificates = folder == null ? null : new CertificateFolder(folder);
      KeyManager[] keys =
          certificates == null || !shows ? new KeyManager[0] : certificates.keyManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys,
          verifies && certificates != null
              ? withAuthorities(certificates)
              : new TrustManager[] {new Anybody()},
          null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new BuildException(
          (folder == null ? "TLS" : "the certificates in " + folder) + " cannot be used: " + e,
          "check the certificates, and the installation of Java",
          e);
    }
  }

  /** The authorities that this Java trusts, and those of the folder. */
  private static TrustManager[] withAuthorities(CertificateFolder certificates)
      throws GeneralSecurityException {
    KeyStore all = CertificateFolder.emptyStore();
    int number = 0;
    for (TrustManager usual : managers(null)) {
      if (usual instanceof X509TrustManager known) {
        for (Certificate authority : known.getAcceptedIssuers()) {
          all.setCertificateEntry("usual-" + number++, authority);
        }
      }
    }
    for (Certificate authority : certificates.authorities()) {
      all.setCertificateEntry("folder-" + number++, authority);
    }
    return managers(all);
  }

  private static TrustManager[] managers(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return factory.getTrustManagers();
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
