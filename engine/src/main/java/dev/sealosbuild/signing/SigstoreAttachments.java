package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.Referrers;
import dev.sealosbuild.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Sigstore signatures in the registry that has the image: under the tag {@code sha256-HEX.sig}, and
 * as referrers where the registry lists these.
 *
 * @see <a
 *     href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage">cosign,
 *     signature specification, storage</a>
 */
final class SigstoreAttachments {
  private static final String ARTIFACT_TYPE = "application/vnd.dev.cosign.artifact.sig.v1+json";
  private static final int MAX_SIGNATURES = 128;

  private final RegistryClient client;
  private final ImageReference image;

  /**
   * @param image any reference to its repository
   */
  SigstoreAttachments(RegistryClient client, ImageReference image) {
    this.client = client;
    this.image = image;
  }

  /** All signatures of a manifest. */
  List<StoredSignature.Sigstore> read(Digest manifest) {
    Map<String, StoredSignature.Sigstore> found = new LinkedHashMap<>();
    ImageReference tag = CosignTag.ofSignatures(client, image, manifest).reference();
    Optional<Descriptor> tagged = client.resolve(tag);
    tagged.ifPresent(one -> readLayers(tag.withDigest(one.digest()), found));
    for (Descriptor referrer : new Referrers(client).listed(image, manifest)) {
      boolean signatures = ARTIFACT_TYPE.equals(referrer.artifactType());
      if (signatures && found.size() < MAX_SIGNATURES) {
        readLayers(image.withDigest(referrer.digest()), found);
      }
    }
    return List.copyOf(found.values());
  }

  /** The bundles of a manifest, of whatever they say. */
  List<StoredSignature.Bundle> readBundles(Digest manifest) {
    List<StoredSignature.Bundle> found = new ArrayList<>();
    for (Descriptor referrer : new Referrers(client).listed(image, manifest)) {
      String type = Objects.requireNonNullElse(referrer.artifactType(), "");
      if (type.startsWith(SigstoreBundle.TYPE) && found.size() < MAX_SIGNATURES) {
        ImageReference bundle = image.withDigest(referrer.digest());
        for (Descriptor layer : manifest(bundle).layers()) {
          if (layer.mediaType().startsWith(SigstoreBundle.TYPE)) {
            found.add(new StoredSignature.Bundle(payload(layer), bundle.toString()));
          }
        }
      }
    }
    return found;
  }

  /**
   * Adds a signature, unless it is there already.
   *
   * @param subject descriptor of the manifest that is signed
   * @param signature in base64
   * @return digest of the artifact that has it
   */
  Digest add(Descriptor subject, byte[] payload, String signature) {
    Descriptor layer =
        Descriptor.of(StoredSignature.Sigstore.MEDIA_TYPE, payload)
            .withAnnotations(Map.of(StoredSignature.Sigstore.SIGNATURE, signature));
    client.pushBlob(image, layer, BlobSource.of(payload));
    Digest added = CosignTag.ofSignatures(client, image, subject.digest()).add(layer);
    if (new Referrers(client).of(image, subject.digest()).isPresent()) {
      byte[] config = Artifact.imageConfig(List.of(layer));
      Descriptor described = Descriptor.of(ARTIFACT_TYPE, config);
      client.pushBlob(image, described, BlobSource.of(config));
      byte[] referrer =
          Artifact.manifest(ARTIFACT_TYPE, described, List.of(layer), subject, Map.of());
      client.pushManifest(image.withDigest(Digest.of(referrer)), MediaType.OCI_MANIFEST, referrer);
    }
    return added;
  }

  private void readLayers(ImageReference signatures, Map<String, StoredSignature.Sigstore> found) {
    for (Descriptor layer : manifest(signatures).layers()) {
      String signature = layer.annotations().get(StoredSignature.Sigstore.SIGNATURE);
      String key = layer.digest() + " " + signature;
      if (!layer.mediaType().equals(StoredSignature.Sigstore.MEDIA_TYPE)
          || signature == null
          || found.containsKey(key)) {
        continue;
      }
      if (found.size() == MAX_SIGNATURES) {
        throw new BuildException(
            signatures + " has more than " + MAX_SIGNATURES + " signatures",
            "remove those that are not needed any more");
      }
      found.put(
          key,
          new StoredSignature.Sigstore(payload(layer), layer.annotations(), signatures.toString()));
    }
  }

  private Manifest manifest(ImageReference reference) {
    FetchedManifest fetched = client.manifest(reference);
    return Manifest.read(fetched.bytes(), fetched.mediaType());
  }

  private byte[] payload(Descriptor layer) {
    if (layer.size() > SignedPayload.MAX_BYTES) {
      throw new SignatureRefusedException(
          "the signature's payload " + layer.digest() + " has " + layer.size() + " bytes");
    }
    try (InputStream in = client.blob(image, layer)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new BuildException(
          "the signature's payload " + layer.digest() + " cannot be read: " + e.getMessage(),
          "try again",
          e);
    }
  }
}
