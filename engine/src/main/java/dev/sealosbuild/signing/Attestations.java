package dev.sealosbuild.signing;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.Referrers;
import dev.sealosbuild.registry.RegistryClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Attaches statements to images: artifacts that refer to a manifest, listed by the registry, or
 * where it does not, by an index under the tag {@code sha256-HEX}.
 *
 * <p>A sigstore key signs the statement itself, in a DSSE envelope, which is also put where {@code
 * cosign verify-attestation} looks for it, under the tag {@code sha256-HEX.att}. DSSE has no form
 * for OpenPGP signatures, so an OpenPGP key gets the artifact's manifest to sign, as it signs any
 * image: that binds the statement by its digest, and what checks images checks it.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject">OCI
 *     distribution-spec, pushing manifests with subject</a>
 */
public final class Attestations {
  private static final String PREDICATE_TYPE = "in-toto.io/predicate-type";

  private final RegistryClient client;
  private final ImageSigner signer;

  /**
   * @param signer whose keys sign the statements; may have none
   */
  public Attestations(RegistryClient client, ImageSigner signer) {
    this.client = client;
    this.signer = signer;
  }

  /**
   * Attaches a statement to what was pushed.
   *
   * @param image that it was pushed as
   * @param subject descriptor of the manifest or the index
   * @param time that simple signatures name
   * @return the artifact
   */
  public Descriptor attach(
      ImageReference image, Descriptor subject, Statement statement, Instant time) {
    byte[] payload = statement.toBytes();
    boolean enveloped = !signer.sigstore().isEmpty();
    byte[] content =
        enveloped ? DsseEnvelope.of(payload, Statement.MEDIA_TYPE, signer.sigstore()) : payload;
    Map<String, String> annotations = Map.of(PREDICATE_TYPE, statement.predicateType());
    Descriptor layer =
        Descriptor.of(enveloped ? DsseEnvelope.MEDIA_TYPE : Statement.MEDIA_TYPE, content)
            .withAnnotations(annotations);
    Descriptor config = Descriptor.of(MediaType.OCI_EMPTY, Artifact.EMPTY);
    client.pushBlob(image, layer, BlobSource.of(content));
    client.pushBlob(image, config, BlobSource.of(Artifact.EMPTY));
    byte[] manifest =
        Artifact.manifest(Statement.MEDIA_TYPE, config, List.of(layer), subject, annotations);
    ImageReference target = image.withDigest(Digest.of(manifest));
    client.pushManifest(target, MediaType.OCI_MANIFEST, manifest);
    Descriptor artifact =
        new Descriptor(
            MediaType.OCI_MANIFEST,
            Digest.of(manifest),
            manifest.length,
            annotations,
            null,
            List.of(),
            Statement.MEDIA_TYPE);
    if (new Referrers(client).of(image, subject.digest()).isEmpty()) {
      addToFallback(image, subject.digest(), artifact);
    }
    if (enveloped) {
      // As cosign annotates them: the signature is in the envelope.
      Map<String, String> described =
          Map.of(
              StoredSignature.Sigstore.SIGNATURE, "", "predicateType", statement.predicateType());
      CosignTag.ofAttestations(client, image, subject.digest())
          .add(layer.withAnnotations(described));
    }
    signer.withoutSigstore().sign(client, target, artifact, time);
    return artifact;
  }

  /** Everything that is attached to a manifest, whatever it is. */
  public List<Descriptor> of(ImageReference image, Digest subject) {
    return new Referrers(client).listed(image, subject);
  }

  private void addToFallback(ImageReference image, Digest subject, Descriptor artifact) {
    ImageReference tag = image.withTag(Referrers.fallbackTag(subject));
    List<Descriptor> all = new ArrayList<>(new Referrers(client).kept(image, subject));
    if (all.stream().noneMatch(one -> one.digest().equals(artifact.digest()))) {
      all.add(artifact);
      ImageIndex index = ImageIndex.of(MediaType.OCI_INDEX, all, Map.of());
      client.pushManifest(tag, MediaType.OCI_INDEX, index.bytes());
    }
  }
}
