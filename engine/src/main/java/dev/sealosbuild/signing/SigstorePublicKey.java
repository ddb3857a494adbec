package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key that sigstore signatures are checked with, as {@code cosign public-key} prints it:
 * ECDSA, RSA (PKCS #1 v1.5) or Ed25519, over SHA-256.
 */
public final class SigstorePublicKey {
  private static final int MAX_BYTES = 64 << 10;
  private static final int MIN_RSA_BITS = 2048;
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private final PublicKey key;

  private SigstorePublicKey(PublicKey key) {
    this.key = key;
  }

  static SigstorePublicKey of(PublicKey key) {
    return new SigstorePublicKey(key);
  }

  /** Reads a PEM file. */
  public static SigstorePublicKey read(Path file) {
    return read(KeyFile.read(file, "public key", MAX_BYTES), "the public key " + file);
  }

  /**
   * Reads a PEM text.
   *
   * @param what names it in messages
   * @throws BuildException when it is no public key, or of another kind than those
   */
  static SigstorePublicKey read(byte[] pem, String what) {
    byte[] encoded = Pem.read(pem, Set.of("PUBLIC KEY"), what).content();
    for (String algorithm : ALGORITHMS) {
      PublicKey key = decoded(algorithm, encoded);
      if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        throw new BuildException(
            what + " is an RSA key of " + rsa.getModulus().bitLength() + " bits",
            "use one of " + MIN_RSA_BITS + " or more");
      }
      if (key != null) {
        return new SigstorePublicKey(key);
      }
    }
    throw new BuildException(
        what + " is of a kind that is not known", "use an ECDSA, RSA or Ed25519 key");
  }

  private static @Nullable PublicKey decoded(String algorithm, byte[] encoded) {
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      // It is of another algorithm, or of none.
      return null;
    }
  }

  /** SHA-256 of the key as X.509 encodes it, {@code sha256:HEX}. */
  public String fingerprint() {
    return Digest.of(key.getEncoded()).toString();
  }

  /** The key as a PEM text. */
  public byte[] toPem() {
    return new Pem("PUBLIC KEY", key.getEncoded()).toBytes();
  }

  /** Whether the signature over the bytes is by this key. */
  boolean verifies(byte[] signed, byte[] signature) {
    try {
      Signature check =
          Signature.getInstance(
              key instanceof ECPublicKey
                  ? "SHA256withECDSA"
                  : key instanceof RSAPublicKey ? "SHA256withRSA" : "Ed25519");
      check.initVerify(key);
      check.update(signed);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      // Not even the form of a signature.
      return false;
    }
  }

  /**
   * The key that made a signature.
   *
   * @throws SignatureRefusedException when it is none of these
   */
  static SigstorePublicKey requireSigner(
      List<SigstorePublicKey> keys, StoredSignature.Sigstore signature) {
    byte[] bytes = decoded(signature);
    for (SigstorePublicKey key : keys) {
      if (key.verifies(signature.payload(), bytes)) {
        return key;
      }
    }
    throw madeByNone(keys);
  }

  static SignatureRefusedException madeByNone(List<SigstorePublicKey> keys) {
    return new SignatureRefusedException(
        "it was not made by "
            + String.join(" or ", keys.stream().map(SigstorePublicKey::fingerprint).toList()));
  }

  private static byte[] decoded(StoredSignature.Sigstore signature) {
    String text = signature.annotations().get(StoredSignature.Sigstore.SIGNATURE);
    try {
      if (text != null) {
        return Base64.getDecoder().decode(text);
      }
    } catch (IllegalArgumentException e) {
      throw new SignatureRefusedException("it is not base64", e);
    }
    throw new SignatureRefusedException("it has no signature");
  }
}
