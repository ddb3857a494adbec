package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements attached to images of a registry that lists no referrers itself. */
class AttestationsTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);

  @TempDir private Path folder;
  private LocalRegistry registry;
  private RegistryClient client;
  private Path registriesD;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(folder.resolve("registry"));
    client = new RegistryClient(new RegistryOptions(false, null, null));
    registriesD = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registriesD.resolve("test.yaml"),
        "default-docker: {lookaside: 'file://" + folder.resolve("lookaside") + "'}\n");
  }

  @AfterEach
  void end() {
    client.close();
    registry.close();
  }

  @Test
  void anEnvelopeSignedByASigstoreKeyIsListedUnderTheFallbackTag() throws IOException {
    ImageReference image = image();
    Manifest manifest = TestImages.push(client, image, "content");
    Statement statement = provenanceOf(image, manifest);
    Attestations attestations = signedByOurKey();

    Descriptor attached = attestations.attach(image, manifest.descriptor(), statement, TIME);

    List<Descriptor> listed = attestations.of(image, manifest.digest());
    assertThat(listed).containsExactly(attached);
    assertThat(listed.get(0).artifactType()).isEqualTo("application/vnd.in-toto+json");
    Manifest artifact = manifest(image, attached);
    assertThat(artifact.subject()).isEqualTo(manifest.descriptor());
    assertThat(artifact.layers().get(0).mediaType())
        .isEqualTo("application/vnd.dsse.envelope.v1+json");
    JsonObject envelope = Json.readObject(layer(image, artifact), "envelope");
    byte[] payload = Base64.getDecoder().decode(envelope.requiredString("payload"));
    assertThat(payload).isEqualTo(statement.toBytes());
    assertThat(opensslVerifies(envelope, payload)).isTrue();
    payload[10] ^= 1;
    assertThat(opensslVerifies(envelope, payload)).isFalse();
  }

  @Test
  void attachingTheSameAgainChangesNothingAndOthersAreAdded() throws IOException {
    ImageReference image = image();
    Manifest manifest = TestImages.push(client, image, "content");
    Statement first = provenanceOf(image, manifest);
    Statement second =
        new Sbom(
                new Sbom.Image(image, manifest.digest()),
                new ImageContents(List.of(), Map.of(), List.of()),
                List.of(),
                "test",
                TIME)
            .statement();
    Attestations attestations = signedByOurKey();

    Descriptor one = attestations.attach(image, manifest.descriptor(), first, TIME);
    attestations.attach(image, manifest.descriptor(), first, TIME);
    Descriptor other = attestations.attach(image, manifest.descriptor(), second, TIME);

    assertThat(attestations.of(image, manifest.digest())).containsExactly(one, other);
    assertThat(other.annotations())
        .containsEntry("in-toto.io/predicate-type", "https://cyclonedx.org/bom");
  }

  @Test
  void cosignFindsTheEnvelopesOfAnImageUnderItsTag() throws IOException {
    ImageReference image = image();
    Manifest manifest = TestImages.push(client, image, "content");
    Statement statement = provenanceOf(image, manifest);
    Attestations attestations = signedByOurKey();

    Descriptor attached = attestations.attach(image, manifest.descriptor(), statement, TIME);
    attestations.attach(image, manifest.descriptor(), statement, TIME);

    FetchedManifest tagged =
        client.manifest(image.withTag("sha256-" + manifest.digest().hex() + ".att"));
    Manifest artifact = Manifest.read(tagged.bytes(), tagged.mediaType());
    assertThat(artifact.layers())
        .containsExactly(
            manifest(image, attached)
                .layers()
                .get(0)
                .withAnnotations(
                    Map.of(
                        "dev.cosignproject.cosign/signature",
                        "",
                        "predicateType",
                        "https://slsa.dev/provenance/v1")));
    assertThat(artifact.config().mediaType()).isEqualTo("application/vnd.oci.image.config.v1+json");
  }

  @Test
  void anOpenPgpKeySignsTheArtifactThatHasTheStatement() throws IOException {
    try (GnuPgHome gpg = GnuPgHome.in(folder)) {
      String key = gpg.key("signer@test", "ed25519", "sign", "");
      ImageReference image = image();
      Manifest manifest = TestImages.push(client, image, "content");
      Statement statement = provenanceOf(image, manifest);
      ImageSigner signer = signer(List.of(GpgSigner.of(key, null, gpg.environment())), List.of());

      Descriptor attached =
          new Attestations(client, signer).attach(image, manifest.descriptor(), statement, TIME);

      ImageReference artifact = image.withDigest(attached.digest());
      byte[] bytes = client.manifest(artifact).bytes();
      assertThat(layer(image, manifest(image, attached))).isEqualTo(statement.toBytes());
      assertThat(
              PolicyContext.ofKeyring(gpg.publicKey(key))
                  .require(
                      artifact,
                      bytes,
                      new RegistrySignatures(
                          client, signer.directory(), artifact, attached.digest())))
          .contains("signed by the key " + key);
    }
  }

  @Test
  void provenanceSaysWhatWentIn() {
    JsonObject statement =
        Json.readObject(
            provenance().statement(Map.of("example.com/app", digest("x"))).toBytes(), "statement");

    assertThat(statement.string("_type")).isEqualTo("https://in-toto.io/Statement/v1");
    assertThat(statement.string("predicateType")).isEqualTo("https://slsa.dev/provenance/v1");
    assertThat(statement.objects("subject").get(0).object("digest").string("sha256"))
        .isEqualTo(digest("x").hex());
    JsonObject definition = statement.object("predicate").object("buildDefinition");
    assertThat(definition.object("externalParameters").object("arguments").string("VERSION"))
        .isEqualTo("1");
    assertThat(definition.objects("resolvedDependencies"))
        .extracting(one -> one.string("uri"))
        .containsExactly(
            "Kubefile",
            ".",
            "pkg:oci/base@sha256:"
                + digest("base").hex()
                + "?repository_url=example.com%2Fbase&tag=1");
    assertThat(definition.objects("resolvedDependencies").get(1).object("digest").members())
        .isEqualTo(Map.of("gitCommit", "0".repeat(40), "sha256", digest("context").hex()));
    assertThat(statement.object("predicate").object("runDetails").object("metadata").members())
        .isEqualTo(
            Map.of("startedOn", "2023-11-14T22:13:20Z", "finishedOn", "2023-11-14T22:13:20Z"));
  }

  private boolean opensslVerifies(JsonObject envelope, byte[] payload) throws IOException {
    Path signed =
        Files.write(
            folder.resolve("signed"),
            DsseEnvelope.preAuthenticationEncoding(
                payload, envelope.requiredString("payloadType")));
    Path signature =
        Files.write(
            folder.resolve("signature"),
            Base64.getDecoder()
                .decode(envelope.objects("signatures").get(0).requiredString("sig")));
    return Program.attempt(
                "openssl",
                "dgst",
                "-sha256",
                "-verify",
                folder.resolve("ours.pub").toString(),
                "-signature",
                signature.toString(),
                signed.toString())
            .exit()
        == 0;
  }

  private Attestations signedByOurKey() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", "secret");
    return new Attestations(
        client, signer(List.of(), List.of(SigstorePrivateKey.read(key, new Secret("secret")))));
  }

  private static Statement provenanceOf(ImageReference image, Manifest manifest) {
    return provenance().statement(Map.of(image.name(), manifest.digest()));
  }

  private static Provenance provenance() {
    ImageReference base = ImageReference.parse("example.com/base:1");
    return new Provenance(
        "test",
        new Provenance.Material("Kubefile", digest("file")),
        Map.of("platform", List.of("linux/amd64"), "squash", false),
        Map.of("VERSION", "1"),
        new Provenance.Context(".", digest("context"), "0".repeat(40)),
        List.of(
            Provenance.Material.image(base, digest("base")),
            Provenance.Material.image(base, digest("base"))),
        TIME,
        TIME);
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private ImageSigner signer(List<OpenPgpSigner> openPgp, List<SigstorePrivateKey> sigstore) {
    return new ImageSigner(
        openPgp, sigstore, RegistriesDirectory.read(registriesD, Map.of()), "sealos-build test");
  }

  private Manifest manifest(ImageReference image, Descriptor artifact) {
    FetchedManifest fetched = client.manifest(image.withDigest(artifact.digest()));
    return Manifest.read(fetched.bytes(), fetched.mediaType());
  }

  private byte[] layer(ImageReference image, Manifest artifact) throws IOException {
    return client.blob(image, artifact.layers().get(0)).readAllBytes();
  }

  private ImageReference image() {
    return ImageReference.parse(registry.host() + "/app:1");
  }
}
