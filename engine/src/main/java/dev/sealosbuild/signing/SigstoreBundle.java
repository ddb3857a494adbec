package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.util.Base64;
import java.util.List;

/**
 * A signature of an image as {@code cosign sign} makes it since its version 3: a statement in an
 * envelope. It is for a digest, and claims no name.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md">cosign, bundle
 *     specification</a>
 */
final class SigstoreBundle {
  /** What the types of bundles begin with; their version follows. */
  static final String TYPE = "application/vnd.dev.sigstore.bundle";

  private static final String IMAGE_SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private SigstoreBundle() {}

  /**
   * The key that signed the image.
   *
   * @param manifest of the image, or the index
   * @throws SignatureRefusedException when it is none of these, or another image was signed, or
   *     something else said of it
   */
  static SigstorePublicKey requireSigner(
      List<SigstorePublicKey> keys, StoredSignature.Bundle bundle, byte[] manifest) {
    try {
      JsonObject envelope = Json.readObject(bundle.json(), "bundle").object("dsseEnvelope");
      if (envelope == null) {
        throw new SignatureRefusedException("it is a bundle without a statement");
      }
      byte[] payload = Base64.getDecoder().decode(envelope.requiredString("payload"));
      SigstorePublicKey key = signer(keys, envelope, payload);
      requireSigned(Json.readObject(payload, "statement"), Digest.of(manifest));
      return key;
    } catch (SignatureRefusedException e) {
      throw e;
    } catch (BuildException | IllegalArgumentException e) {
      throw new SignatureRefusedException("it is no bundle: " + e.getMessage(), e);
    }
  }

  private static SigstorePublicKey signer(
      List<SigstorePublicKey> keys, JsonObject envelope, byte[] payload) {
    String type = envelope.requiredString("payloadType");
    byte[] signed = DsseEnvelope.preAuthenticationEncoding(payload, type);
    for (JsonObject one : envelope.objects("signatures")) {
      byte[] signature = Base64.getDecoder().decode(one.requiredString("sig"));
      for (SigstorePublicKey key : keys) {
        if (type.equals(Statement.MEDIA_TYPE) && key.verifies(signed, signature)) {
          return key;
        }
      }
    }
    throw SigstorePublicKey.madeByNone(keys);
  }

  private static void requireSigned(JsonObject statement, Digest image) {
    String says = statement.requiredString("predicateType");
    if (!says.equals(IMAGE_SIGNATURE)) {
      throw new SignatureRefusedException("it says " + says + " of the image, and signs it not");
    }
    for (JsonObject subject : statement.objects("subject")) {
      JsonObject digests = subject.object("digest");
      if (digests != null && image.hex().equals(digests.string(image.algorithm()))) {
        return;
      }
    }
    throw new SignatureRefusedException("it is for another digest than " + image);
  }
}
