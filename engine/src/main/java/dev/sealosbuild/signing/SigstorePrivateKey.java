package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.registry.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * A private key as {@code cosign generate-key-pair} writes it: ECDSA over P-256, encrypted by a
 * passphrase with scrypt and NaCl's secretbox.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/KEY_MANAGEMENT.md">cosign, keys</a>
 */
public final class SigstorePrivateKey {
  private static final Set<String> LABELS =
      Set.of("ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY");
  private static final int MAX_BYTES = 64 << 10;
  private static final String CURVE = "secp256r1";
  private static final int KEY_BITS = 256;

  /** scrypt needs 128·N·r bytes; cosign's N·r is 2^19, 64 MiB. */
  private static final long MAX_SCRYPT = 1 << 20;

  private final ECPrivateKeyParameters secret;
  private final SigstorePublicKey publicKey;

  private SigstorePrivateKey(ECPrivateKeyParameters secret, SigstorePublicKey publicKey) {
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /**
   * Reads the key and opens it.
   *
   * @param passphrase may be empty, as cosign allows
   * @throws BuildException when the file is no such key, or the passphrase is not its own
   */
  public static SigstorePrivateKey read(Path file, Secret passphrase) {
    String what = "the sigstore key " + file;
    byte[] text = KeyFile.read(file, "sigstore key", MAX_BYTES);
    JsonObject box = Json.readObject(Pem.read(text, LABELS, what).content(), what);
    byte[] pkcs8 = opened(box, passphrase, what);
    try {
      if (KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8))
              instanceof ECPrivateKey key
          && key.getParams().getOrder().bitLength() == KEY_BITS) {
        return of(key, what);
      }
    } catch (GeneralSecurityException e) {
      // Not the cause: it may quote what stands in the key.
      throw wrongKind(what);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
    throw wrongKind(what);
  }

  private static SigstorePrivateKey of(ECPrivateKey key, String what)
      throws GeneralSecurityException {
    X9ECParameters curve = SECNamedCurves.getByName(CURVE);
    BigInteger s = key.getS();
    if (!key.getParams().getOrder().equals(curve.getN())) {
      throw wrongKind(what);
    }
    org.bouncycastle.math.ec.ECPoint point = curve.getG().multiply(s).normalize();
    ECPoint shown =
        new ECPoint(point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
    SigstorePublicKey publicKey =
        SigstorePublicKey.of(
            KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(shown, key.getParams())));
    ECDomainParameters domain =
        new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
    return new SigstorePrivateKey(new ECPrivateKeyParameters(s, domain), publicKey);
  }

  /** The public part. */
  public SigstorePublicKey publicKey() {
    return publicKey;
  }

  /**
   * Signs bytes: ECDSA over their SHA-256, in DER. The same bytes get the same signature (RFC
   * 6979), so that signing an unchanged image again adds nothing to the registry.
   */
  byte[] sign(byte[] bytes) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, secret);
    BigInteger[] signature = signer.generateSignature(Digest.of(bytes).bytes());
    try {
      return StandardDSAEncoding.INSTANCE.encode(
          secret.getParameters().getN(), signature[0], signature[1]);
    } catch (IOException e) {
      throw new IllegalStateException("two numbers can always be encoded", e);
    }
  }

  /**
   * What the passphrase opens.
   *
   * @see <a
   *     href="https://github.com/secure-systems-lab/go-securesystemslib/blob/main/encrypted/encrypted.go">go-securesystemslib,
   *     encrypted</a>
   */
  private static byte[] opened(JsonObject json, Secret passphrase, String what) {
    JsonObject kdf = json.object("kdf");
    JsonObject cipher = json.object("cipher");
    JsonObject params = kdf == null ? null : kdf.object("params");
    if (kdf == null || params == null || cipher == null) {
      throw new BuildException(what + " does not say how it is encrypted", "make it by cosign");
    }
    if (!"scrypt".equals(kdf.string("name")) || !"nacl/secretbox".equals(cipher.string("name"))) {
      throw new BuildException(
          what
              + " is encrypted by "
              + kdf.string("name")
              + " and "
              + cipher.string("name")
              + ", not by scrypt and nacl/secretbox",
          "make it by cosign generate-key-pair");
    }
    long n = params.number("N", 0);
    long r = params.number("r", 0);
    long p = params.number("p", 0);
    boolean honest =
        n > 1 && n <= MAX_SCRYPT && Long.bitCount(n) == 1 && r > 0 && r <= 64 && p > 0 && p <= 16;
    if (!honest || n * r > MAX_SCRYPT) {
      throw new BuildException(
          what + " wants scrypt with N=" + n + ", r=" + r + ", p=" + p,
          "make it by cosign generate-key-pair");
    }
    byte[] password = passphrase.reveal().getBytes(StandardCharsets.UTF_8);
    byte[] key =
        SCrypt.generate(
            password, base64(kdf, "salt", what), (int) n, (int) r, (int) p, SecretBox.KEY_BYTES);
    byte[] opened =
        SecretBox.open(base64(json, "ciphertext", what), base64(cipher, "nonce", what), key);
    Arrays.fill(key, (byte) 0);
    Arrays.fill(password, (byte) 0);
    if (opened.length == 0) {
      throw new BuildException(
          what + " cannot be opened with the passphrase that is given", "check the passphrase");
    }
    return opened;
  }

  private static byte[] base64(JsonObject json, String member, String what) {
    try {
      return Base64.getDecoder().decode(json.requiredString(member));
    } catch (IllegalArgumentException e) {
      throw new BuildException(what + ": its " + member + " is not base64", "make it again", e);
    }
  }

  private static BuildException wrongKind(String what) {
    return new BuildException(
        what + " is not an ECDSA key of the curve P-256", "make it by cosign generate-key-pair");
  }
}
