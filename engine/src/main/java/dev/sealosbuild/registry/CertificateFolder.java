package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * A folder with certificates for one registry: {@code *.crt} are authorities to be trusted besides
 * the usual ones, {@code NAME.cert} with {@code NAME.key} is shown to a registry that wants to see
 * a client's certificate. All are PEM; a key is not encrypted.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-certs.d.5.md">containers-certs.d(5)</a>
 */
final class CertificateFolder {
  private static final int MAX_FILES = 200;
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([^-]*)-----END");
  private static final char[] NO_PASSWORD = new char[0];

  private final Path folder;
  private final List<Certificate> authorities = new ArrayList<>();
  private final KeyStore keys;
  private boolean hasKeys;

  /**
   * Reads the folder.
   *
   * @throws BuildException when it or a file in it is not what it should be
   */
  CertificateFolder(Path folder) throws GeneralSecurityException {
    this.folder = folder;
    this.keys = emptyStore();
    Set<String> names = names();
    for (String name : names) {
      if (name.endsWith(".crt")) {
        authorities.addAll(certificates(name));
      } else if (name.endsWith(".cert")) {
        addClient(name, partner(name, ".cert", ".key", names));
      } else if (name.endsWith(".key")) {
        partner(name, ".key", ".cert", names);
      }
    }
  }

  /** Authorities to be trusted. */
  List<Certificate> authorities() {
    return authorities;
  }

  /** Who shows the client's certificates; none where there are none. */
  KeyManager[] keyManagers() throws GeneralSecurityException {
    if (!hasKeys) {
      return new KeyManager[0];
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, NO_PASSWORD);
    return managers.getKeyManagers();
  }

  /** A store in memory with nothing in it. */
  static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("nothing was read", e);
    }
    return store;
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        names.add(String.valueOf(file.getFileName()));
        if (names.size() > MAX_FILES) {
          throw new BuildException(
              folder + " has more than " + MAX_FILES + " files",
              "leave in it what one registry needs");
        }
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return names;
  }

  private String partner(String name, String ending, String other, Set<String> names) {
    String partner = name.substring(0, name.length() - ending.length()) + other;
    if (!names.contains(partner)) {
      throw new BuildException(
          folder.resolve(name) + " is there without " + partner,
          "a client's certificate is NAME.cert with NAME.key; an authority's is NAME.crt");
    }
    return partner;
  }

  private void addClient(String certificate, String key) throws GeneralSecurityException {
    List<Certificate> chain = certificates(certificate);
    keys.setKeyEntry(
        certificate,
        key(folder.resolve(key), chain.get(0)),
        NO_PASSWORD,
        chain.toArray(Certificate[]::new));
    hasKeys = true;
  }

  private List<Certificate> certificates(String name) {
    Path file = folder.resolve(name);
    try (InputStream in = new ByteArrayInputStream(read(file))) {
      List<Certificate> found =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new BuildException(file + " is not a certificate", "it has to be X.509, in PEM", e);
    }
    throw new BuildException(file + " has no certificate", "it has to be X.509, in PEM");
  }

  private static PrivateKey key(Path file, Certificate certificate) {
    String text = new String(read(file), StandardCharsets.ISO_8859_1);
    Matcher pem = KEY.matcher(text);
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      if (pem.find()) {
        byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
        byte[] pkcs8 =
            switch (pem.group(1)) {
              case "" -> der;
              case "EC " -> pkcs8(withoutCurve(der), certificate);
              default -> pkcs8(der, certificate);
            };
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      }
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | BufferUnderflowException
        | GeneralSecurityException e) {
      // Without the cause, which may quote the key.
      throw new BuildException(
          file + " is not the " + algorithm + " key of its certificate", "make the pair again");
    }
    throw new BuildException(
        file + " has no key that can be read", "it has to be in PEM, and not encrypted");
  }

  /**
   * A key in the older form of its algorithm, put into the newer one, whose description of the
   * algorithm is the one that the certificate has.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5208#section-5">RFC 5208, section 5</a>
   */
  private static byte[] pkcs8(byte[] key, Certificate certificate) {
    ByteBuffer publicKey = ByteBuffer.wrap(certificate.getPublicKey().getEncoded());
    skipHeader(publicKey);
    int start = publicKey.position();
    int end = skipHeader(publicKey);
    ByteBuffer inner = ByteBuffer.allocate(key.length + end - start + 16);
    inner.put(new byte[] {2, 1, 0});
    inner.put(publicKey.array(), start, end - start);
    putHeader(inner, 4, key.length).put(key).flip();
    ByteBuffer outer = ByteBuffer.allocate(inner.limit() + 8);
    putHeader(outer, 0x30, inner.limit()).put(inner);
    return Arrays.copyOf(outer.array(), outer.position());
  }

  /**
   * Version and private value of an elliptic key: Java wants nothing behind them.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5915#section-3">RFC 5915, section 3</a>
   */
  private static byte[] withoutCurve(byte[] key) {
    ByteBuffer der = ByteBuffer.wrap(key);
    skipHeader(der);
    int start = der.position();
    der.position(skipHeader(der));
    int end = skipHeader(der);
    ByteBuffer kept = ByteBuffer.allocate(end - start + 4);
    putHeader(kept, 0x30, end - start).put(key, start, end - start);
    return Arrays.copyOf(kept.array(), kept.position());
  }

  /** Goes to the first byte of a value of DER; answers where the value ends. */
  private static int skipHeader(ByteBuffer der) {
    der.get();
    int length = der.get() & 0xff;
    if (length >= 0x80) {
      int count = length & 0x7f;
      length = 0;
      for (int i = 0; i < count; i++) {
        length = (length << 8) | (der.get() & 0xff);
      }
    }
    return der.position() + length;
  }

  private static ByteBuffer putHeader(ByteBuffer der, int tag, int length) {
    der.put((byte) tag);
    if (length < 0x80) {
      return der.put((byte) length);
    }
    return length < 0x100
        ? der.put((byte) 0x81).put((byte) length)
        : der.put((byte) 0x82).putShort((short) length);
  }

  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    throw new BuildException(file + " has more than 1 MiB", "leave in it what is needed");
  }

  private static BuildException unreadable(Path file, IOException e) {
    return new BuildException(
        file + " cannot be read: " + e.getMessage(), "check its permissions", e);
  }
}
