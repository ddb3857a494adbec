package dev.sealosbuild.signing;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/**
 * An OpenPGP key with its subkeys, and what it says of itself: only signatures by the primary key
 * that verify are believed.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4880#section-5.2.3">RFC 4880, 5.2.3</a>
 */
final class OpenPgpCertificate {
  private static final BcPGPContentVerifierBuilderProvider VERIFIERS =
      new BcPGPContentVerifierBuilderProvider();

  private final PGPPublicKeyRing ring;
  private final PGPPublicKey primary;

  OpenPgpCertificate(PGPPublicKeyRing ring) {
    this.ring = ring;
    this.primary = ring.getPublicKey();
  }

  /** Fingerprint of the primary key. */
  String fingerprint() {
    return OpenPgpText.hex(primary.getFingerprint());
  }

  /** The primary key and the subkeys. */
  List<PGPPublicKey> keys() {
    List<PGPPublicKey> keys = new java.util.ArrayList<>();
    ring.getPublicKeys().forEachRemaining(keys::add);
    return keys;
  }

  /**
   * Why the key does not sign at that time; empty where it does. What it signed before it was
   * revoked or expired is refused as well, as gpg does: nobody can tell when that was.
   */
  String whyNotSigning(PGPPublicKey key, Instant now) {
    if (isRevoked(primary, PGPSignature.KEY_REVOCATION)) {
      return "the key " + fingerprint() + " is revoked";
    }
    PGPSignature self = selfSignature();
    if (self == null) {
      return "the key " + fingerprint() + " has no valid signature of its own";
    }
    String expired = expired(primary, self, now);
    if (!expired.isEmpty()) {
      return expired;
    }
    return key.getKeyID() == primary.getKeyID()
        ? whyNotFlagged(key, self)
        : whyNotSigningSubkey(key, now);
  }

  private String whyNotSigningSubkey(PGPPublicKey key, Instant now) {
    if (isRevoked(key, PGPSignature.SUBKEY_REVOCATION)) {
      return "the subkey " + OpenPgpText.hex(key.getFingerprint()) + " is revoked";
    }
    PGPSignature binding = binding(key);
    if (binding == null) {
      return "the subkey " + OpenPgpText.hex(key.getFingerprint()) + " is not bound to its key";
    }
    String expired = expired(key, binding, now);
    if (!expired.isEmpty()) {
      return expired;
    }
    String flagged = whyNotFlagged(key, binding);
    return flagged.isEmpty() && !isAgreedTo(key, binding)
        ? "the subkey " + OpenPgpText.hex(key.getFingerprint()) + " does not say whose it is"
        : flagged;
  }

  private static String expired(PGPPublicKey key, PGPSignature self, Instant now) {
    Instant made = key.getCreationTime().toInstant();
    String name = "the key " + OpenPgpText.hex(key.getFingerprint());
    if (made.isAfter(now)) {
      return name + " is of the future: made at " + made;
    }
    long seconds = self.getHashedSubPackets().getKeyExpirationTime();
    Instant end = made.plusSeconds(seconds);
    return seconds != 0 && !end.isAfter(now) ? name + " expired at " + end : "";
  }

  private static String whyNotFlagged(PGPPublicKey key, PGPSignature self) {
    PGPSignatureSubpacketVector hashed = self.getHashedSubPackets();
    boolean unsaid =
        hashed.getSubpacket(org.bouncycastle.bcpg.SignatureSubpacketTags.KEY_FLAGS) == null;
    boolean flagged = unsaid || (hashed.getKeyFlags() & KeyFlags.SIGN_DATA) != 0;
    return flagged && canSign(key.getAlgorithm())
        ? ""
        : "the key " + OpenPgpText.hex(key.getFingerprint()) + " is not for signing";
  }

  private static boolean canSign(int algorithm) {
    return switch (algorithm) {
      case PublicKeyAlgorithmTags.RSA_GENERAL,
          PublicKeyAlgorithmTags.DSA,
          PublicKeyAlgorithmTags.ECDSA,
          PublicKeyAlgorithmTags.EDDSA_LEGACY,
          PublicKeyAlgorithmTags.Ed25519,
          PublicKeyAlgorithmTags.Ed448 ->
          true;
      default -> false;
    };
  }

  /** The newest valid statement of the primary key about itself. */
  private @Nullable PGPSignature selfSignature() {
    PGPSignature newest = null;
    Iterator<PGPSignature> direct = primary.getSignaturesOfType(PGPSignature.DIRECT_KEY);
    while (direct.hasNext()) {
      PGPSignature one = direct.next();
      if (isOwn(one) && isTrue(one, () -> one.verifyCertification(primary))) {
        newest = newer(newest, one);
      }
    }
    Iterator<byte[]> names = primary.getRawUserIDs();
    while (names.hasNext()) {
      newest = newer(newest, ofName(names.next()));
    }
    return newest;
  }

  private @Nullable PGPSignature ofName(byte[] name) {
    PGPSignature newest = null;
    PGPSignature revocation = null;
    Iterator<PGPSignature> signatures = primary.getSignaturesForID(name);
    while (signatures != null && signatures.hasNext()) {
      PGPSignature one = signatures.next();
      if (isOwn(one) && isTrue(one, () -> one.verifyCertification(name, primary))) {
        if (one.getSignatureType() == PGPSignature.CERTIFICATION_REVOCATION) {
          revocation = newer(revocation, one);
        } else if (one.isCertification()) {
          newest = newer(newest, one);
        }
      }
    }
    boolean revoked =
        newest != null && revocation != null && !made(revocation).isBefore(made(newest));
    return revoked ? null : newest;
  }

  private @Nullable PGPSignature binding(PGPPublicKey subkey) {
    PGPSignature newest = null;
    Iterator<PGPSignature> bindings = subkey.getSignaturesOfType(PGPSignature.SUBKEY_BINDING);
    while (bindings.hasNext()) {
      PGPSignature one = bindings.next();
      if (isOwn(one) && isTrue(one, () -> one.verifyCertification(primary, subkey))) {
        newest = newer(newest, one);
      }
    }
    return newest;
  }

  /** Whether the subkey has signed that it is the primary key's: else anybody could claim it. */
  private boolean isAgreedTo(PGPPublicKey subkey, PGPSignature binding) {
    return isAgreedTo(subkey, binding.getHashedSubPackets())
        || isAgreedTo(subkey, binding.getUnhashedSubPackets());
  }

  private boolean isAgreedTo(PGPPublicKey subkey, PGPSignatureSubpacketVector subpackets) {
    try {
      PGPSignatureList embedded = subpackets.getEmbeddedSignatures();
      for (PGPSignature one : embedded) {
        if (one.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING) {
          one.init(VERIFIERS, subkey);
          if (one.verifyCertification(primary, subkey)) {
            return true;
          }
        }
      }
      return false;
    } catch (PGPException | RuntimeException e) {
      // One that cannot be read agrees to nothing.
      return false;
    }
  }

  private boolean isRevoked(PGPPublicKey key, int type) {
    Iterator<PGPSignature> revocations = key.getSignaturesOfType(type);
    while (revocations.hasNext()) {
      PGPSignature one = revocations.next();
      boolean ofPrimary = type == PGPSignature.KEY_REVOCATION;
      if (isOwn(one)
          && isTrue(
              one,
              () ->
                  ofPrimary
                      ? one.verifyCertification(primary)
                      : one.verifyCertification(primary, key))) {
        return true;
      }
    }
    return false;
  }

  private boolean isOwn(PGPSignature signature) {
    return signature.getKeyID() == primary.getKeyID() && signature.getVersion() >= 4;
  }

  private boolean isTrue(PGPSignature signature, Check check) {
    try {
      signature.init(VERIFIERS, primary);
      return check.verifies();
    } catch (PGPException | RuntimeException e) {
      // Of an unknown algorithm, or damaged: it says nothing.
      return false;
    }
  }

  private static @Nullable PGPSignature newer(
      @Nullable PGPSignature one, @Nullable PGPSignature other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return made(other).isBefore(made(one)) ? one : other;
  }

  private static Instant made(PGPSignature signature) {
    return signature.getCreationTime().toInstant();
  }

  /** Asks Bouncy Castle whether a signature is that key's. */
  @FunctionalInterface
  private interface Check {
    boolean verifies() throws PGPException;
  }
}
