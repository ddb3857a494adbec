package dev.sealosbuild.signing;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * NaCl's {@code crypto_secretbox}: XSalsa20 and Poly1305, the authenticator first.
 *
 * @see <a href="https://nacl.cr.yp.to/secretbox.html">NaCl, secret-key authenticated encryption</a>
 */
final class SecretBox {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;
  private static final int MAC_BYTES = 16;

  private SecretBox() {}

  /** What is in the box; empty where it was not made with this key, or has nothing in it. */
  static byte[] open(byte[] box, byte[] nonce, byte[] key) {
    if (box.length <= MAC_BYTES || nonce.length != NONCE_BYTES) {
      return new byte[0];
    }
    XSalsa20Engine stream = stream(nonce, key);
    byte[] mac = mac(stream, box);
    byte[] stated = Arrays.copyOf(box, MAC_BYTES);
    if (!MessageDigest.isEqual(mac, stated)) {
      return new byte[0];
    }
    byte[] text = new byte[box.length - MAC_BYTES];
    stream.processBytes(box, MAC_BYTES, text.length, text, 0);
    return text;
  }

  private static XSalsa20Engine stream(byte[] nonce, byte[] key) {
    XSalsa20Engine stream = new XSalsa20Engine();
    stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    return stream;
  }

  /** The authenticator, whose key is the first that comes from the stream. */
  private static byte[] mac(XSalsa20Engine stream, byte[] box) {
    byte[] first = new byte[KEY_BYTES];
    stream.processBytes(first, 0, first.length, first, 0);
    Poly1305 poly = new Poly1305();
    poly.init(new KeyParameter(first));
    poly.update(box, MAC_BYTES, box.length - MAC_BYTES);
    byte[] mac = new byte[MAC_BYTES];
    poly.doFinal(mac, 0);
    return mac;
  }
}
