package dev.sealosbuild.signing;

import java.util.Map;

/** A signature as it is kept somewhere, not yet checked. */
public sealed interface StoredSignature {

  /** Where it was found, for messages. */
  String where();

  /**
   * Of simple signing.
   *
   * @param message an OpenPGP message of payload and signature
   */
  @SuppressWarnings("ArrayRecordComponent")
  record OpenPgp(byte[] message, String where) implements StoredSignature {}

  /**
   * Of sigstore's kind.
   *
   * @param payload that is signed
   * @param annotations of its layer, the signature among them
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Sigstore(byte[] payload, Map<String, String> annotations, String where)
      implements StoredSignature {
    /** The annotation that has the signature, in base64. */
    static final String SIGNATURE = "dev.cosignproject.cosign/signature";

    /** The media type of the payload's layer. */
    static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
  }

  /**
   * Of sigstore's kind, with all that belongs to it in one document.
   *
   * @param json as {@link SigstoreBundle} reads it
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Bundle(byte[] json, String where) implements StoredSignature {}
}
