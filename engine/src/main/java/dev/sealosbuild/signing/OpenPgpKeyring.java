package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.bcpg.sig.IssuerFingerprint;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/** Public OpenPGP keys that are trusted, and whether one of them signed a message. */
public final class OpenPgpKeyring {
  private static final int MAX_KEYS = 10_000;

  /** What a signature may say that must be understood (critical), and is. */
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          SignatureSubpacketTags.CREATION_TIME,
          SignatureSubpacketTags.EXPIRE_TIME,
          SignatureSubpacketTags.ISSUER_KEY_ID,
          SignatureSubpacketTags.ISSUER_FINGERPRINT,
          SignatureSubpacketTags.SIGNER_USER_ID);

  private final List<OpenPgpCertificate> certificates;

  /**
   * What a message was found to be.
   *
   * @param payload that is signed
   * @param fingerprint of the primary key that signed, or whose subkey did
   * @param made when the signature says that it was made
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record VerifiedMessage(byte[] payload, String fingerprint, Instant made) {}

  private OpenPgpKeyring(List<OpenPgpCertificate> certificates) {
    this.certificates = certificates;
  }

  /** Reads the keys of a file as {@code gpg --export} writes it, armored or not. */
  public static OpenPgpKeyring read(Path file) {
    String what = "the keyring " + file;
    return of(List.of(KeyFile.read(file, "keyring", OpenPgpText.MAX_BYTES)), what);
  }

  /**
   * Reads the keys of several files.
   *
   * @param what names them in messages
   * @throws BuildException when one holds no key, or more than can be meant
   */
  static OpenPgpKeyring of(List<byte[]> files, String what) {
    List<OpenPgpCertificate> certificates = new ArrayList<>();
    for (byte[] file : files) {
      for (byte[] packets : OpenPgpText.packets(file, what)) {
        read(packets, what, certificates);
      }
    }
    if (certificates.isEmpty()) {
      throw new BuildException(what + " holds no public key", "make it by gpg --export");
    }
    return new OpenPgpKeyring(certificates);
  }

  private static void read(byte[] packets, String what, List<OpenPgpCertificate> certificates) {
    PGPObjectFactory objects = new BcPGPObjectFactory(packets);
    try {
      for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
        if (next instanceof PGPPublicKeyRing ring) {
          certificates.add(new OpenPgpCertificate(ring));
        }
        if (certificates.size() > MAX_KEYS) {
          throw new BuildException(what + " has more than " + MAX_KEYS + " keys", "");
        }
      }
    } catch (BuildException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new BuildException(
          what + " holds something else than public OpenPGP keys: " + e.getMessage(),
          "make it by gpg --export",
          e);
    }
  }

  /** Fingerprints of the primary keys. */
  public List<String> fingerprints() {
    return certificates.stream().map(OpenPgpCertificate::fingerprint).toList();
  }

  /**
   * Checks a signed message.
   *
   * @param now the time at which keys and signature must be valid
   * @throws SignatureRefusedException when it is not one signature over one text, made by a key of
   *     these that is for signing, neither revoked nor expired
   */
  public VerifiedMessage verify(byte[] message, Instant now) {
    Parsed parsed = parse(message);
    PGPSignature signature = parsed.signature();
    requireSound(signature, now);
    String reason =
        "it is by the key "
            + Long.toHexString(signature.getKeyID()).toUpperCase(Locale.ROOT)
            + ", which is none of "
            + fingerprints();
    for (OpenPgpCertificate certificate : certificates) {
      for (PGPPublicKey key : certificate.keys()) {
        if (isBy(signature, key)) {
          reason = whyRefused(parsed, certificate, key, now);
          if (reason.isEmpty()) {
            return new VerifiedMessage(
                parsed.payload(),
                certificate.fingerprint(),
                signature.getCreationTime().toInstant());
          }
        }
      }
    }
    throw new SignatureRefusedException(reason);
  }

  private static String whyRefused(
      Parsed parsed, OpenPgpCertificate certificate, PGPPublicKey key, Instant now) {
    try {
      PGPSignature signature = parsed.signature();
      signature.init(new BcPGPContentVerifierBuilderProvider(), key);
      signature.update(parsed.payload());
      if (!signature.verify()) {
        return "it does not fit what it signs";
      }
    } catch (PGPException | RuntimeException e) {
      return "it cannot be checked: " + e.getMessage();
    }
    return certificate.whyNotSigning(key, now);
  }

  private static boolean isBy(PGPSignature signature, PGPPublicKey key) {
    if (signature.getKeyID() != key.getKeyID()) {
      return false;
    }
    IssuerFingerprint issuer = signature.getHashedSubPackets().getIssuerFingerprint();
    return issuer == null || Arrays.equals(issuer.getFingerprint(), key.getFingerprint());
  }

  private static void requireSound(PGPSignature signature, Instant now) {
    if (signature.getVersion() < 4
        || signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
      throw new SignatureRefusedException("it is not a signature of a document");
    }
    switch (signature.getHashAlgorithm()) {
      case HashAlgorithmTags.SHA224,
          HashAlgorithmTags.SHA256,
          HashAlgorithmTags.SHA384,
          HashAlgorithmTags.SHA512,
          HashAlgorithmTags.SHA3_256,
          HashAlgorithmTags.SHA3_512 -> {}
      default ->
          throw new SignatureRefusedException(
              "it is made with a hash that can be forged or is not known, number "
                  + signature.getHashAlgorithm());
    }
    for (SignatureSubpacket subpacket : signature.getHashedSubPackets().toArray()) {
      if (subpacket.isCritical() && !UNDERSTOOD.contains(subpacket.getType())) {
        throw new SignatureRefusedException(
            "it says something critical that is not known, number " + subpacket.getType());
      }
    }
    Instant made = signature.getCreationTime().toInstant();
    long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
    if (seconds != 0 && !made.plusSeconds(seconds).isAfter(now)) {
      throw new SignatureRefusedException("it expired at " + made.plusSeconds(seconds));
    }
  }

  /** A message whose signature was not checked yet. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Parsed(byte[] payload, PGPSignature signature) {}

  /** Exactly one signature over one text, compressed or not. */
  private static Parsed parse(byte[] message) {
    try {
      PGPObjectFactory outer = new BcPGPObjectFactory(message);
      Object first = outer.nextObject();
      PGPObjectFactory objects = outer;
      if (first instanceof PGPCompressedData compressed) {
        objects = new BcPGPObjectFactory(compressed.getDataStream());
        first = objects.nextObject();
      }
      if (!(first instanceof PGPOnePassSignatureList begun) || begun.size() != 1) {
        throw notSigned(null);
      }
      byte[] payload = payload(objects.nextObject());
      if (!(objects.nextObject() instanceof PGPSignatureList signatures)
          || signatures.size() != 1
          || objects.nextObject() != null
          || (objects != outer && outer.nextObject() != null)) {
        throw notSigned(null);
      }
      return new Parsed(payload, signatures.get(0));
    } catch (SignatureRefusedException e) {
      throw e;
    } catch (IOException | PGPException | RuntimeException e) {
      throw notSigned(e);
    }
  }

  private static byte[] payload(@Nullable Object literal) throws IOException {
    if (!(literal instanceof PGPLiteralData text)) {
      throw notSigned(null);
    }
    byte[] payload = text.getDataStream().readNBytes(SignedPayload.MAX_BYTES + 1);
    if (payload.length > SignedPayload.MAX_BYTES) {
      throw new SignatureRefusedException("it signs more than 1 MiB, which no image's name is");
    }
    return payload;
  }

  private static SignatureRefusedException notSigned(@Nullable Exception cause) {
    return new SignatureRefusedException(
        "it is not an OpenPGP message of one text and one signature", cause);
  }
}
