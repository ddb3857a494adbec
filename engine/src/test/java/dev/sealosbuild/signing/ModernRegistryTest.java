package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.registry.Referrers;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.GnuPgHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures in registries that keep them, list referrers, or have a web server beside them. */
class ModernRegistryTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  @TempDir private Path folder;

  @Test
  void aRegistryWithTheExtensionKeepsSimpleSignaturesItself() throws IOException {
    try (GnuPgHome gpg = GnuPgHome.in(folder);
        ModernRegistry registry = new ModernRegistry(true);
        RegistryClient client = client()) {
      String key = gpg.key("signer@test", "ed25519", "sign", "");
      ImageReference image = ImageReference.parse(registry.host() + "/app:1");
      Manifest manifest = TestImages.push(client, image, "content");
      ImageSigner signer =
          new ImageSigner(
              List.of(GpgSigner.of(key, null, gpg.environment())),
              List.of(),
              directory("https://nowhere.example"),
              "test");

      assertThat(signer.sign(client, image, manifest.descriptor(), TIME).get(0).where())
          .isEqualTo(registry.host());
      assertThat(registry.signatures()).isEqualTo(1);
      assertThat(
              PolicyContext.ofKeyring(gpg.publicKey(key))
                  .require(
                      image,
                      manifest.bytes(),
                      signatures(client, image, manifest, "https://nowhere.example")))
          .contains(key);
    }
  }

  @Test
  void simpleSignaturesAreReadFromAWebServer() throws IOException {
    try (GnuPgHome gpg = GnuPgHome.in(folder);
        ModernRegistry registry = new ModernRegistry(false);
        RegistryClient client = client()) {
      String key = gpg.key("signer@test", "ed25519", "sign", "");
      ImageReference image = ImageReference.parse(registry.host() + "/app:1");
      Manifest manifest = TestImages.push(client, image, "content");
      byte[] payload =
          SignedPayload.of(SignedPayload.SIMPLE, image, manifest.digest(), TIME, "test").toBytes();
      String name = "app@sha256=" + manifest.digest().hex() + "/signature-";
      registry.file(name + "1", "something else".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      registry.file(name + "2", GpgSigner.of(key, null, gpg.environment()).sign(payload));
      PolicyContext policy = PolicyContext.ofKeyring(gpg.publicKey(key));
      String lookaside = "http://" + registry.host() + "/files";

      assertThat(
              policy.require(
                  image, manifest.bytes(), signatures(client, image, manifest, lookaside)))
          .contains(key);
      // A server that cannot be asked is not one that has no signature.
      assertThatThrownBy(
              () ->
                  policy.require(
                      image,
                      manifest.bytes(),
                      signatures(client, image, manifest, "http://127.0.0.1:1")))
          .isInstanceOf(BuildException.class)
          .isNotInstanceOf(SignatureRefusedException.class);
    }
  }

  @Test
  void sigstoreSignaturesAndStatementsAreListedAsReferrersPageByPage() throws IOException {
    try (ModernRegistry registry = new ModernRegistry(false);
        RegistryClient client = client()) {
      SigstorePrivateKey key =
          SigstorePrivateKey.read(SigstoreKeys.make(folder, "ours", "x"), new Secret("x"));
      ImageReference image = ImageReference.parse(registry.host() + "/app:1");
      Manifest manifest = TestImages.push(client, image, "content");
      ImageSigner signer =
          new ImageSigner(List.of(), List.of(key), directory("file:/nowhere"), "test");
      signer.sign(client, image, manifest.descriptor(), TIME);
      Attestations attestations = new Attestations(client, signer);
      for (String type : List.of("a", "b", "c", "d")) {
        attestations.attach(
            image,
            manifest.descriptor(),
            new Statement(Map.of("app", manifest.digest()), type, Map.of()),
            TIME);
      }

      assertThat(attestations.of(image, manifest.digest()))
          .extracting(Descriptor::artifactType)
          .containsExactly(
              "application/vnd.dev.cosign.artifact.sig.v1+json",
              "application/vnd.in-toto+json",
              "application/vnd.in-toto+json",
              "application/vnd.in-toto+json",
              "application/vnd.in-toto+json");
      // No index of our own where the registry lists them.
      assertThat(client.resolve(image.withTag(Referrers.fallbackTag(manifest.digest())))).isEmpty();
      assertThat(new SigstoreAttachments(client, image).read(manifest.digest())).hasSize(1);
    }
  }

  private RegistrySignatures signatures(
      RegistryClient client, ImageReference image, Manifest manifest, String lookaside)
      throws IOException {
    return new RegistrySignatures(client, directory(lookaside), image, manifest.digest());
  }

  private RegistriesDirectory directory(String lookaside) throws IOException {
    Path directory = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        directory.resolve("test.yaml"), "default-docker: {lookaside: '" + lookaside + "'}\n");
    return RegistriesDirectory.read(directory, Map.of());
  }

  private static RegistryClient client() {
    return new RegistryClient(new RegistryOptions(false, null, null));
  }
}
