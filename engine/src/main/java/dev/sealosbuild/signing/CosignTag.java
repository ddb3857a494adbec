package dev.sealosbuild.signing;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.Referrers;
import dev.sealosbuild.registry.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tag beside an image under which cosign looks for what belongs to it: an artifact in the form of
 * an image, to which each signature or attestation adds a layer.
 *
 * @param client of the registry
 * @param reference the tag
 * @see <a
 *     href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery">cosign,
 *     signature specification, tag-based discovery</a>
 */
record CosignTag(RegistryClient client, ImageReference reference) {
  /** The tag of a manifest's signatures. */
  static CosignTag ofSignatures(RegistryClient client, ImageReference image, Digest manifest) {
    return new CosignTag(client, image.withTag(Referrers.fallbackTag(manifest) + ".sig"));
  }

  /** The tag of a manifest's attestations. */
  static CosignTag ofAttestations(RegistryClient client, ImageReference image, Digest manifest) {
    return new CosignTag(client, image.withTag(Referrers.fallbackTag(manifest) + ".att"));
  }

  /**
   * Adds a layer, unless it is there already.
   *
   * @param layer whose blob was pushed
   * @return digest of the artifact that has it
   */
  Digest add(Descriptor layer) {
    List<Descriptor> layers = new ArrayList<>();
    Map<String, String> annotations = Map.of();
    Optional<Descriptor> before = client.resolvePushed(reference);
    if (before.isPresent()) {
      FetchedManifest fetched = client.manifest(reference.withDigest(before.get().digest()));
      Manifest known = Manifest.read(fetched.bytes(), fetched.mediaType());
      if (known.layers().contains(layer)) {
        return known.digest();
      }
      layers.addAll(known.layers());
      annotations = known.annotations();
    }
    layers.add(layer);
    byte[] config = Artifact.imageConfig(layers);
    Descriptor described = Descriptor.of(MediaType.OCI_CONFIG, config);
    client.pushBlob(reference, described, BlobSource.of(config));
    byte[] bytes = Artifact.manifest(null, described, layers, null, annotations);
    return client.pushManifest(reference, MediaType.OCI_MANIFEST, bytes).digest();
  }
}
