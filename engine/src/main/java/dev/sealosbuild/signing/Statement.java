package dev.sealosbuild.signing;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says something of images, in in-toto's form.
 *
 * @param subjects what it is about: names and digests
 * @param predicateType what kind of thing it says
 * @param predicate what it says, as a JSON value
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto,
 *     Statement v1</a>
 */
public record Statement(
    Map<String, Digest> subjects, String predicateType, Map<String, @Nullable Object> predicate) {
  /** The predicate type of {@link Provenance}. */
  public static final String SLSA_PROVENANCE = "https://slsa.dev/provenance/v1";

  /** The predicate type of {@link Sbom}. */
  public static final String CYCLONEDX = "https://cyclonedx.org/bom";

  /** The media type of a statement. */
  static final String MEDIA_TYPE = "application/vnd.in-toto+json";

  public Statement {
    subjects = java.util.Collections.unmodifiableMap(new TreeMap<>(subjects));
  }

  /** The JSON text. */
  public byte[] toBytes() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("_type", "https://in-toto.io/Statement/v1");
    json.put(
        "subject",
        subjects.entrySet().stream()
            .map(
                subject -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("name", subject.getKey());
                  one.put("digest", digestSet(subject.getValue()));
                  return one;
                })
            .toList());
    json.put("predicateType", predicateType);
    json.put("predicate", predicate);
    return Json.write(json);
  }

  /** A digest as in-toto writes it: by algorithm. */
  static Map<String, String> digestSet(Digest digest) {
    return Map.of(digest.algorithm(), digest.hex());
  }
}
