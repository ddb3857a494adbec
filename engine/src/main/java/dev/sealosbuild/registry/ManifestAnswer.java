package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What a registry says of a manifest, believed as far as it can be checked.
 *
 * @param what is being done, for messages
 */
record ManifestAnswer(RegistrySession session, String what, HttpResponse answer) {

  /** The body; closes the answer. */
  byte[] read() throws IOException {
    byte[] bytes;
    try (answer) {
      bytes = answer.body().readNBytes(Manifest.MAX_BYTES + 1);
    }
    if (bytes.length > Manifest.MAX_BYTES) {
      throw session.wrong(what, "sent a manifest of more than 4 MiB, which is the most one may be");
    }
    return bytes;
  }

  /** The manifest, if it has the digest that it was asked for by and that the registry names. */
  FetchedManifest verified(ImageReference image, byte[] bytes) {
    Digest named = digest();
    Digest wanted = image.digest();
    for (Digest expected : new @Nullable Digest[] {wanted, named}) {
      if (expected != null) {
        MessageDigest hash = expected.newMessageDigest();
        hash.update(bytes);
        if (!expected.matches(hash)) {
          throw session.wrong(
              what, "sent a manifest of another digest than " + expected + ": " + Digest.of(bytes));
        }
      }
    }
    Digest known = wanted != null ? wanted : named;
    return new FetchedManifest(mediaType(), known == null ? Digest.of(bytes) : known, bytes);
  }

  /** The digest in the answer's head; null where there is none. */
  @Nullable Digest digest() {
    String header = answer.header("docker-content-digest");
    if (header == null) {
      return null;
    }
    try {
      return Digest.parse(header);
    } catch (BuildException e) {
      throw session.wrong(what, "names a digest that is not one: " + header);
    }
  }

  String mediaType() {
    String type = answer.headers().getOrDefault("content-type", "application/octet-stream");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip();
  }
}
