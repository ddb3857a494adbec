package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * A secret OpenPGP key of a file, as {@code gpg --export-secret-keys --armor} writes it; signs in
 * this process, without gpg.
 */
public final class SecretKeyFile implements OpenPgpSigner {
  private static final int MAX_BYTES = 1 << 20;
  private static final String EXPORT =
      "make it by gpg --export-secret-keys --armor FINGERPRINT, of a key that signs";

  private final String fingerprint;
  private final PGPPublicKey key;
  private final PGPPrivateKey secret;

  private SecretKeyFile(String fingerprint, PGPPublicKey key, PGPPrivateKey secret) {
    this.fingerprint = fingerprint;
    this.key = key;
    this.secret = secret;
  }

  /**
   * Reads the key and opens it.
   *
   * @param passphrase null where the key has none
   * @throws BuildException when the file holds no secret key, or one that is revoked, expired or
   *     not for signing, or the passphrase is not its own
   */
  public static SecretKeyFile read(Path file, @Nullable Secret passphrase) {
    String what = "the secret key file " + file;
    PGPSecretKeyRing ring = ring(KeyFile.read(file, "secret key file", MAX_BYTES), what);
    OpenPgpCertificate certificate = new OpenPgpCertificate(certificate(ring));
    PGPSecretKey signing = null;
    String reason = "its secret part is not in the file";
    for (PGPPublicKey key : certificate.keys()) {
      PGPSecretKey candidate = ring.getSecretKey(key.getKeyID());
      if (candidate == null || candidate.isPrivateKeyEmpty()) {
        continue;
      }
      String why = certificate.whyNotSigning(key, Instant.now());
      if (!why.isEmpty()) {
        reason = reason.endsWith("file") || !why.endsWith("for signing") ? why : reason;
      } else if (signing == null || made(key) >= made(signing.getPublicKey())) {
        // The newest, as gpg chooses.
        signing = candidate;
      }
    }
    if (signing == null) {
      throw new BuildException(what + " cannot sign: " + reason, EXPORT);
    }
    return new SecretKeyFile(
        certificate.fingerprint(), signing.getPublicKey(), opened(signing, passphrase, what));
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public byte[] sign(byte[] payload) {
    try {
      // RFC 9580 wants a hash of at least the key's strength; gpg does likewise.
      PGPSignatureGenerator signature =
          new PGPSignatureGenerator(
              new BcPGPContentSignerBuilder(key.getAlgorithm(), HashAlgorithmTags.SHA512), key);
      signature.init(PGPSignature.BINARY_DOCUMENT, secret);
      PGPSignatureSubpacketGenerator said = new PGPSignatureSubpacketGenerator();
      said.setIssuerFingerprint(false, key);
      said.setSignatureCreationTime(Date.from(Instant.now()));
      signature.setHashedSubpackets(said.generate());
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      BCPGOutputStream out = new BCPGOutputStream(message);
      signature.generateOnePassVersion(false).encode(out);
      OutputStream literal =
          new PGPLiteralDataGenerator()
              .open(out, PGPLiteralData.BINARY, "", payload.length, PGPLiteralData.NOW);
      literal.write(payload);
      literal.close();
      signature.update(payload);
      signature.generate().encode(out);
      out.close();
      return message.toByteArray();
    } catch (PGPException | IOException e) {
      throw new BuildException(
          "the key " + fingerprint + " does not sign: " + e.getMessage(),
          "check the key with gpg, or sign with another one",
          e);
    }
  }

  private static long made(PGPPublicKey key) {
    return key.getCreationTime().toInstant().getEpochSecond();
  }

  private static PGPSecretKeyRing ring(byte[] file, String what) {
    List<byte[]> blocks = OpenPgpText.packets(file, what);
    if (blocks.size() != 1) {
      throw new BuildException(what + " holds " + blocks.size() + " keys", "give it one");
    }
    try {
      return new PGPSecretKeyRing(blocks.get(0), new BcKeyFingerprintCalculator());
    } catch (IOException | PGPException | RuntimeException e) {
      throw new BuildException(what + " holds no secret OpenPGP key", EXPORT, e);
    }
  }

  private static PGPPublicKeyRing certificate(PGPSecretKeyRing ring) {
    List<PGPPublicKey> keys = new ArrayList<>();
    Iterator<PGPPublicKey> all = ring.getPublicKeys();
    all.forEachRemaining(keys::add);
    ring.getExtraPublicKeys().forEachRemaining(keys::add);
    return new PGPPublicKeyRing(keys);
  }

  private static PGPPrivateKey opened(PGPSecretKey key, @Nullable Secret passphrase, String what) {
    boolean locked = key.getKeyEncryptionAlgorithm() != 0;
    if (locked && passphrase == null) {
      throw new BuildException(
          what + " has a passphrase, and none is given",
          "give it by --sign-passphrase-file or the variable SEALOS_BUILD_SIGN_PASSPHRASE");
    }
    char[] typed = passphrase == null ? new char[0] : passphrase.reveal().toCharArray();
    try {
      PGPPrivateKey opened =
          key.extractPrivateKey(
              locked
                  ? new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider())
                      .build(typed)
                  : null);
      if (opened != null) {
        return opened;
      }
    } catch (PGPException | RuntimeException e) {
      throw new BuildException(
          what + " cannot be opened with the passphrase that is given", "check the passphrase", e);
    }
    throw new BuildException(what + " has no secret part", EXPORT);
  }
}
