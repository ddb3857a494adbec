package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The signatures that {@code skopeo copy … dir:PATH} leaves beside an image: {@code signature-1}
 * and so on, those of an index's images behind these images' digests.
 *
 * @param folder of the image
 * @param manifest that signatures are wanted of
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-transports.5.md#dirpath">containers-transports(5),
 *     dir:</a>
 */
record DirectorySignatures(Path folder, Digest manifest) implements SignatureSource {
  private static final int MAX_SIGNATURE = 4 << 20;
  private static final int MAX_SIGNATURES = 128;

  /** What signatures of sigstore's kind begin with; OpenPGP messages stand as they are. */
  private static final byte[] SIGSTORE = "\0sigstore-json\n".getBytes(StandardCharsets.US_ASCII);

  @Override
  public List<StoredSignature.OpenPgp> openPgp() {
    List<StoredSignature.OpenPgp> found = new ArrayList<>();
    for (Path file : files()) {
      byte[] content = read(file);
      if (content.length > 0 && content[0] != 0) {
        found.add(new StoredSignature.OpenPgp(content, file.toString()));
      }
    }
    return found;
  }

  @Override
  public List<StoredSignature.Sigstore> sigstore() {
    List<StoredSignature.Sigstore> found = new ArrayList<>();
    for (Path file : files()) {
      byte[] content = read(file);
      int start = SIGSTORE.length;
      if (content.length > start && Arrays.equals(content, 0, start, SIGSTORE, 0, start)) {
        found.add(sigstore(Arrays.copyOfRange(content, start, content.length), file));
      }
    }
    return found;
  }

  private static StoredSignature.Sigstore sigstore(byte[] text, Path file) {
    JsonObject json = Json.readObject(text, file.toString());
    try {
      byte[] payload = Base64.getDecoder().decode(json.requiredString("payload"));
      return new StoredSignature.Sigstore(payload, json.stringMap("annotations"), file.toString());
    } catch (IllegalArgumentException e) {
      throw new BuildException(file + ": the payload is not base64", "copy the image anew", e);
    }
  }

  /** Which of the manifests each is of, its own digest says. */
  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (String prefix : List.of("", manifest.hex() + ".")) {
      for (int number = 1; number <= MAX_SIGNATURES; number++) {
        Path file = folder.resolve(prefix + "signature-" + number);
        if (!Files.isRegularFile(file)) {
          break;
        }
        files.add(file);
      }
    }
    return files;
  }

  private static byte[] read(Path file) {
    return KeyFile.read(file, "signature", MAX_SIGNATURE);
  }
}
