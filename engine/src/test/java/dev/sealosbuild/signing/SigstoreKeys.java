package dev.sealosbuild.signing;

import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** Makes keys as {@code cosign generate-key-pair} does: the key by openssl, the box by hand. */
public final class SigstoreKeys {
  private static final int N = 32_768;
  private static final int R = 8;

  private SigstoreKeys() {}

  /** A file {@code NAME.key} with its {@code NAME.pub} beside it. */
  public static Path make(Path folder, String name, String passphrase) throws IOException {
    return make(folder, name, passphrase, "SIGSTORE", "prime256v1");
  }

  static Path make(Path folder, String name, String passphrase, String label, String curve)
      throws IOException {
    Requires.program("openssl");
    Path plain = folder.resolve(name + ".plain");
    Path der = folder.resolve(name + ".der");
    Program.run(
        "openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", plain.toString());
    Program.run(
        "openssl",
        "pkcs8",
        "-topk8",
        "-nocrypt",
        "-outform",
        "DER",
        "-in",
        plain.toString(),
        "-out",
        der.toString());
    Program.run(
        "openssl",
        "ec",
        "-in",
        plain.toString(),
        "-pubout",
        "-out",
        folder.resolve(name + ".pub").toString());
    String json = box(Files.readAllBytes(der), passphrase);
    Files.delete(plain);
    Files.delete(der);
    Path key = folder.resolve(name + ".key");
    Files.write(
        key,
        new Pem("ENCRYPTED " + label + " PRIVATE KEY", json.getBytes(StandardCharsets.UTF_8))
            .toBytes());
    return key;
  }

  private static String box(byte[] text, String passphrase) {
    byte[] salt = random(32);
    byte[] nonce = random(24);
    byte[] key = SCrypt.generate(passphrase.getBytes(StandardCharsets.UTF_8), salt, N, R, 1, 32);
    XSalsa20Engine stream = new XSalsa20Engine();
    stream.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] first = new byte[32];
    stream.processBytes(first, 0, 32, first, 0);
    byte[] sealed = new byte[text.length];
    stream.processBytes(text, 0, text.length, sealed, 0);
    Poly1305 poly = new Poly1305();
    poly.init(new KeyParameter(first));
    poly.update(sealed, 0, sealed.length);
    byte[] mac = new byte[16];
    poly.doFinal(mac, 0);
    ByteArrayOutputStream box = new ByteArrayOutputStream();
    box.writeBytes(mac);
    box.writeBytes(sealed);
    return "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":"
        + N
        + ",\"r\":8,\"p\":1},\"salt\":\""
        + base64(salt)
        + "\"},\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\""
        + base64(nonce)
        + "\"},\"ciphertext\":\""
        + base64(box.toByteArray())
        + "\"}";
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
