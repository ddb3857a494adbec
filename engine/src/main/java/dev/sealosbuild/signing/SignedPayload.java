package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is signed: that a manifest is the image of a name. OpenPGP's and sigstore's signatures have
 * it in the same form, of another type. The same values make the same bytes.
 *
 * @param type {@link #SIMPLE} or {@link #SIGSTORE}
 * @param dockerReference the name that is claimed, such as {@code docker.io/library/busybox:latest}
 * @param manifest digest of the manifest or index
 * @param creator the program that signed; null where it is not said
 * @param timestamp when, to the second; null where it is not said
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature(5)</a>
 */
public record SignedPayload(
    String type,
    String dockerReference,
    Digest manifest,
    @Nullable String creator,
    @Nullable Instant timestamp) {
  /** The type of what OpenPGP signs. */
  public static final String SIMPLE = "atomic container signature";

  /** The type of what sigstore's keys sign. */
  public static final String SIGSTORE = "cosign container image signature";

  /** A payload larger than this (1 MiB) is refused. */
  static final int MAX_BYTES = 1 << 20;

  private static final String WHAT = "the signature's payload";

  /**
   * The claim that the image is the manifest.
   *
   * @param image with a tag, or else with a digest
   */
  public static SignedPayload of(
      String type,
      ImageReference image,
      Digest manifest,
      @Nullable Instant timestamp,
      String creator) {
    return new SignedPayload(type, identity(image), manifest, creator, timestamp);
  }

  /** The name that a signature has for an image: by its tag where there is one, else its digest. */
  static String identity(ImageReference image) {
    return image.tag() == null
        ? image.toString()
        : new ImageReference(image.registry(), image.repository(), image.tag(), null).toString();
  }

  /** The JSON text, members sorted by name as containers' tools write them. */
  public byte[] toBytes() {
    Map<String, Object> critical = new LinkedHashMap<>();
    critical.put("identity", Map.of("docker-reference", dockerReference));
    critical.put("image", Map.of("docker-manifest-digest", manifest.toString()));
    critical.put("type", type);
    Map<String, Object> optional = new LinkedHashMap<>();
    if (creator != null) {
      optional.put("creator", creator);
    }
    if (timestamp != null) {
      optional.put("timestamp", timestamp.getEpochSecond());
    }
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("critical", critical);
    payload.put("optional", optional);
    return Json.write(payload);
  }

  /**
   * Reads a payload whose signature was verified.
   *
   * @param type that it must be of
   * @throws SignatureRefusedException when it has a critical member that is not known, lacks one,
   *     or is of another type, as the specification demands
   */
  static SignedPayload read(byte[] bytes, String type) {
    try {
      return readStrictly(bytes, type);
    } catch (SignatureRefusedException e) {
      throw e;
    } catch (BuildException e) {
      throw new SignatureRefusedException(e.getMessage(), e);
    }
  }

  private static SignedPayload readStrictly(byte[] bytes, String type) {
    if (bytes.length > MAX_BYTES) {
      throw new SignatureRefusedException(WHAT + " has " + bytes.length + " bytes");
    }
    JsonObject payload = exactly(Json.readObject(bytes, WHAT), Set.of("critical", "optional"));
    JsonObject critical = exactly(payload.object("critical"), Set.of("type", "image", "identity"));
    JsonObject image = exactly(critical.object("image"), Set.of("docker-manifest-digest"));
    JsonObject identity = exactly(critical.object("identity"), Set.of("docker-reference"));
    if (!type.equals(critical.requiredString("type"))) {
      throw new SignatureRefusedException(
          WHAT + " is of the type \"" + critical.string("type") + "\" instead of \"" + type + '"');
    }
    // cosign writes null here where it has nothing to say.
    JsonObject optional = payload.object("optional");
    if (optional == null && type.equals(SIMPLE)) {
      throw new SignatureRefusedException(WHAT + " lacks \"optional\"");
    }
    long seconds = optional == null ? -1 : seconds(optional);
    return new SignedPayload(
        type,
        identity.requiredString("docker-reference"),
        Digest.parse(image.requiredString("docker-manifest-digest")),
        optional == null ? null : optional.string("creator"),
        seconds < 0 ? null : Instant.ofEpochSecond(seconds));
  }

  private static long seconds(JsonObject optional) {
    long seconds = optional.number("timestamp", -1);
    if (seconds > Instant.MAX.getEpochSecond()) {
      throw new SignatureRefusedException(WHAT + " has the timestamp " + seconds);
    }
    return seconds;
  }

  private static JsonObject exactly(@Nullable JsonObject object, Set<String> members) {
    if (object == null || !object.members().keySet().equals(members)) {
      throw new SignatureRefusedException(
          WHAT
              + " has "
              + (object == null ? "none" : object.members().keySet())
              + " where exactly "
              + new java.util.TreeSet<>(members)
              + " may stand");
    }
    return object;
  }
}
