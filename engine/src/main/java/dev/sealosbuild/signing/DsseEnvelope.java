package dev.sealosbuild.signing;

import dev.sealosbuild.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A statement with signatures over it.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md">DSSE 1.0.2</a>
 */
final class DsseEnvelope {
  static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

  private DsseEnvelope() {}

  /** The envelope's JSON text, signed by each key. */
  static byte[] of(byte[] payload, String payloadType, List<SigstorePrivateKey> keys) {
    byte[] signed = preAuthenticationEncoding(payload, payloadType);
    List<Map<String, Object>> signatures = new ArrayList<>();
    for (SigstorePrivateKey key : keys) {
      Map<String, Object> signature = new LinkedHashMap<>();
      // Empty as with cosign: a key ID is but a hint, and there is no agreement on what it is.
      signature.put("keyid", "");
      signature.put("sig", Base64.getEncoder().encodeToString(key.sign(signed)));
      signatures.add(signature);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("payloadType", payloadType);
    json.put("payload", Base64.getEncoder().encodeToString(payload));
    json.put("signatures", signatures);
    return Json.write(json);
  }

  /** What is signed: type and payload with their lengths, so that neither passes for the other. */
  static byte[] preAuthenticationEncoding(byte[] payload, String payloadType) {
    int typeLength = payloadType.getBytes(StandardCharsets.UTF_8).length;
    byte[] head =
        ("DSSEv1 " + typeLength + " " + payloadType + " " + payload.length + " ")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(head, head.length + payload.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }
}
