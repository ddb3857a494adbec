package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.Referrers;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures in the form that cosign gives them since its version 3. */
class SigstoreBundleTest {
  private static final String TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String SIGNS = "https://sigstore.dev/cosign/sign/v1";

  @TempDir private Path folder;
  private LocalRegistry registry;
  private RegistryClient client;
  private ImageReference image;
  private SigstorePrivateKey key;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(folder.resolve("registry"));
    client = new RegistryClient(new RegistryOptions(false, null, null));
    image = ImageReference.parse(registry.host() + "/app:1");
    key = SigstorePrivateKey.read(SigstoreKeys.make(folder, "ours", "x"), new Secret("x"));
  }

  @AfterEach
  void end() {
    client.close();
    registry.close();
  }

  @Test
  void whoNamesTheKeyFindsTheImageSigned() throws IOException {
    Manifest manifest = TestImages.push(client, image, "content");
    attach(manifest, bundle(manifest, SIGNS));
    SigstoreKeys.make(folder, "other", "x");

    assertThat(require(PolicyContext.ofSigstoreKey(folder.resolve("ours.pub"))))
        .isEqualTo(
            "signed by the sigstore key " + key.publicKey().fingerprint() + " under whatever name");
    assertThatThrownBy(() -> require(PolicyContext.ofSigstoreKey(folder.resolve("other.pub"))))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("it was not made by sha256:");
  }

  @Test
  void anotherImagesBundleAndAnAttestationAreNoSignatures() throws IOException {
    Manifest manifest = TestImages.push(client, image, "content");
    Manifest other = TestImages.push(client, image.withTag("2"), "other");
    PolicyContext policy = PolicyContext.ofSigstoreKey(folder.resolve("ours.pub"));

    attach(manifest, bundle(other, SIGNS));
    assertThatThrownBy(() -> require(policy)).hasMessageContaining("it is for another digest");
    attach(manifest, bundle(manifest, "https://slsa.dev/provenance/v1"));
    assertThatThrownBy(() -> require(policy)).hasMessageContaining("it says https://slsa.dev/");
    attach(manifest, Json.write(Map.of("mediaType", TYPE, "messageSignature", Map.of())));
    assertThatThrownBy(() -> require(policy)).hasMessageContaining("without a statement");
    attach(manifest, Json.write(Map.of("dsseEnvelope", Map.of("payload", "no base64!"))));
    assertThatThrownBy(() -> require(policy)).hasMessageContaining("it is no bundle");
  }

  @Test
  void aPolicyWantsASignatureThatClaimsTheName() throws IOException {
    Manifest manifest = TestImages.push(client, image, "content");
    attach(manifest, bundle(manifest, SIGNS));
    Path policy =
        Files.writeString(
            folder.resolve("policy.json"),
            "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\""
                + folder.resolve("ours.pub")
                + "\",\"signedIdentity\":{\"type\":\"matchRepository\"}}]}");

    assertThatThrownBy(() -> require(PolicyContext.find(policy, Map.of())))
        .hasMessageContaining("demands a sigstore signature, and there is none");
  }

  private byte[] bundle(Manifest manifest, String predicateType) {
    Statement statement = new Statement(Map.of("", manifest.digest()), predicateType, Map.of());
    byte[] envelope =
        DsseEnvelope.of(statement.toBytes(), "application/vnd.in-toto+json", List.of(key));
    return Json.write(
        Map.of("mediaType", TYPE, "dsseEnvelope", Json.readObject(envelope, "it").members()));
  }

  /**
   * As the one thing that refers to the manifest, listed as clients do where the registry does not.
   */
  private void attach(Manifest manifest, byte[] bundle) {
    Descriptor layer = Descriptor.of(TYPE, bundle);
    Descriptor config = Descriptor.of(MediaType.OCI_EMPTY, Artifact.EMPTY);
    client.pushBlob(image, layer, BlobSource.of(bundle));
    client.pushBlob(image, config, BlobSource.of(Artifact.EMPTY));
    byte[] artifact =
        Artifact.manifest(TYPE, config, List.of(layer), manifest.descriptor(), Map.of());
    Descriptor pushed = Descriptor.of(MediaType.OCI_MANIFEST, artifact);
    client.pushManifest(image.withDigest(pushed.digest()), MediaType.OCI_MANIFEST, artifact);
    Descriptor listed =
        new Descriptor(
            pushed.mediaType(), pushed.digest(), pushed.size(), Map.of(), null, List.of(), TYPE);
    ImageIndex index = ImageIndex.of(MediaType.OCI_INDEX, List.of(listed), Map.of());
    client.pushManifest(
        image.withTag(Referrers.fallbackTag(manifest.digest())),
        MediaType.OCI_INDEX,
        index.bytes());
  }

  private String require(PolicyContext policy) throws IOException {
    Path none = Files.createDirectories(folder.resolve("registries.d"));
    byte[] manifest = client.manifest(image).bytes();
    return policy.require(
        image,
        manifest,
        new RegistrySignatures(
                client,
                RegistriesDirectory.read(none, Map.of()),
                image,
                client.manifest(image).digest())
            .withAttachments());
  }
}
