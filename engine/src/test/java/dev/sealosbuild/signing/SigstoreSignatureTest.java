package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sigstore signatures by keys as cosign makes them, checked by openssl and by skopeo.
 *
 * <p>Debian's skopeo has no sigstore. With another on the PATH before it: {@code mvn -pl engine
 * test -Dtest=SigstoreSignatureTest -Dexcluded.tests=docker}.
 */
class SigstoreSignatureTest {
  private static final String PASSPHRASE = "open, sésame";

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
        registriesD.resolve("test.yaml"), "default-docker:\n  use-sigstore-attachments: true\n");
  }

  @AfterEach
  void end() {
    client.close();
    registry.close();
  }

  @Test
  void opensslVerifiesTheSignatureThatTheTagHas() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE);
    ImageReference image = image("app:1");
    Digest digest = sign(key, image, "content");

    ImageReference tag = image.withTag("sha256-" + digest.hex() + ".sig");
    FetchedManifest fetched = client.manifest(tag);
    Manifest artifact = Manifest.read(fetched.bytes(), fetched.mediaType());
    assertThat(artifact.layers()).hasSize(1);
    byte[] payload = client.blob(image, artifact.layers().get(0)).readAllBytes();
    String signature =
        artifact.layers().get(0).annotations().get("dev.cosignproject.cosign/signature");
    Path payloadFile = Files.write(folder.resolve("payload"), payload);
    Path signatureFile =
        Files.write(folder.resolve("signature"), Base64.getDecoder().decode(signature));
    // As cosign's documentation checks one by hand.
    String[] check = {
      "openssl",
      "dgst",
      "-sha256",
      "-verify",
      folder.resolve("ours.pub").toString(),
      "-signature",
      signatureFile.toString(),
      payloadFile.toString()
    };
    assertThat(Program.run(check)).isEqualTo("Verified OK");
    assertThat(Json.readObject(payload, "payload").object("critical").members())
        .isEqualTo(
            Map.of(
                "identity", Map.of("docker-reference", image.toString()),
                "image", Map.of("docker-manifest-digest", digest.toString()),
                "type", "cosign container image signature"));
    payload[payload.length - 3] ^= 1;
    Files.write(payloadFile, payload);
    assertThat(Program.attempt(check).exit()).isNotZero();
  }

  @Test
  void anotherKeyAndAMovedTagAreRefused() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE);
    SigstoreKeys.make(folder, "other", PASSPHRASE);
    ImageReference image = image("app:1");
    Digest digest = sign(key, image, "content");

    assertThat(require(image, policy("ours"))).contains("signed by the sigstore key sha256:");
    assertThat(require(image.withDigest(digest), policy("ours"))).contains("as " + image);
    assertThatThrownBy(() -> require(image, policy("other")))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("it was not made by sha256:");
    TestImages.push(client, image, "other content");
    assertThatThrownBy(() -> require(image, policy("ours")))
        .hasMessageContaining("demands a sigstore signature, and there is none");
  }

  @Test
  @Tag("sigstore")
  void skopeoCopiesWhatWeSignedAndWeVerifyWhatItSigned() throws IOException {
    Requires.program("skopeo");
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE, "COSIGN", "prime256v1");
    SigstoreKeys.make(folder, "other", PASSPHRASE);
    Path second = SigstoreKeys.make(folder, "second", "");
    ImageReference unsigned = image("app:unsigned");
    TestImages.push(client, unsigned, "content");
    ImageReference image = image("signed:1");
    signBySkopeo(key, unsigned, image);

    assertThat(require(image, policy("ours"))).contains("as " + image);
    // Ours goes beside it.
    Digest digest = client.manifest(image).digest();
    signer(second, "").sign(client, image, client.resolve(image).orElseThrow(), Instant.now());
    assertThat(new SigstoreAttachments(client, image).read(digest)).hasSize(2);
    for (String name : List.of("ours", "second")) {
      assertThat(require(image, policy(name))).contains("as " + image);
      assertThat(copy(image, policy(name))).extracting(Program.Outcome::exit).isEqualTo(0);
    }
    assertThat(copy(image, policy("other")).exit()).isNotZero();
    TestImages.push(client, image, "other content");
    assertThat(copy(image, policy("second")).exit()).isNotZero();
  }

  private void signBySkopeo(Path key, ImageReference source, ImageReference target)
      throws IOException {
    Path passphrase = Files.writeString(folder.resolve("passphrase"), PASSPHRASE);
    Program.Outcome copied =
        Program.attempt(
            "skopeo",
            "--insecure-policy",
            "--registries.d",
            registriesD.toString(),
            "copy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "--sign-by-sigstore-private-key",
            key.toString(),
            "--sign-passphrase-file",
            passphrase.toString(),
            "docker://" + source,
            "docker://" + target);
    assertThat(copied.exit()).as(copied.err()).isZero();
  }

  @Test
  void signingAgainChangesNothing() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE);
    ImageReference image = image("app:1");
    Digest digest = sign(key, image, "content");
    ImageReference tag = image.withTag("sha256-" + digest.hex() + ".sig");
    Digest before = client.manifest(tag).digest();

    sign(key, image, "content");

    assertThat(client.manifest(tag).digest()).isEqualTo(before);
  }

  @Test
  void withoutUseSigstoreAttachmentsNoneAreFoundUnlessTheyAreAskedFor() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE);
    ImageReference image = image("app:1");
    Digest digest = sign(key, image, "content");
    Path none = Files.createDirectories(folder.resolve("none.d"));
    RegistrySignatures signatures =
        new RegistrySignatures(client, RegistriesDirectory.read(none, Map.of()), image, digest);

    assertThat(signatures.sigstore()).isEmpty();
    assertThat(signatures.withAttachments().sigstore()).hasSize(1);
  }

  @Test
  void keysThatCannotBeOpenedAreToldApart() throws IOException {
    Path key = SigstoreKeys.make(folder, "ours", PASSPHRASE);
    Path large = SigstoreKeys.make(folder, "large", PASSPHRASE, "SIGSTORE", "secp384r1");
    Path alien = SigstoreKeys.make(folder, "alien", PASSPHRASE, "SIGSTORE", "secp256k1");

    assertThatThrownBy(() -> SigstorePrivateKey.read(key, new Secret("wrong secret")))
        .hasMessageContaining("cannot be opened with the passphrase")
        .hasMessageNotContaining("wrong secret");
    assertThatThrownBy(() -> SigstorePrivateKey.read(large, new Secret(PASSPHRASE)))
        .hasMessageContaining("not an ECDSA key of the curve P-256");
    assertThatThrownBy(() -> SigstorePrivateKey.read(alien, new Secret(PASSPHRASE)))
        .hasMessageContaining("not an ECDSA key of the curve P-256");
    assertThatThrownBy(
            () -> SigstorePrivateKey.read(folder.resolve("ours.pub"), new Secret(PASSPHRASE)))
        .hasMessageContaining("BEGIN ENCRYPTED COSIGN PRIVATE KEY or ENCRYPTED SIGSTORE");
    assertThat(SigstorePrivateKey.read(key, new Secret(PASSPHRASE)).publicKey().toPem())
        .isEqualTo(Files.readAllBytes(folder.resolve("ours.pub")));
  }

  private Digest sign(Path key, ImageReference image, String content) {
    Manifest manifest = TestImages.push(client, image, content);
    signer(key, PASSPHRASE).sign(client, image, manifest.descriptor(), Instant.now());
    return manifest.digest();
  }

  private ImageSigner signer(Path key, String passphrase) {
    return new ImageSigner(
        List.of(),
        List.of(SigstorePrivateKey.read(key, new Secret(passphrase))),
        RegistriesDirectory.read(registriesD, Map.of()),
        "sealos-build test");
  }

  private String require(ImageReference image, Path policy) {
    byte[] manifest = client.manifest(image).bytes();
    return PolicyContext.find(policy, Map.of())
        .require(
            image,
            manifest,
            new RegistrySignatures(
                client,
                RegistriesDirectory.read(registriesD, Map.of()),
                image,
                Digest.of(manifest)));
  }

  private Program.Outcome copy(ImageReference image, Path policy) {
    return Program.attempt(
        "skopeo",
        "--policy",
        policy.toString(),
        "--registries.d",
        registriesD.toString(),
        "copy",
        "--src-tls-verify=false",
        "--remove-signatures",
        "docker://" + image,
        "dir:" + folder.resolve("copied"));
  }

  private Path policy(String key) throws IOException {
    return Files.writeString(
        folder.resolve("policy-" + key + ".json"),
        "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\""
            + folder.resolve(key + ".pub")
            + "\"}]}");
  }

  private ImageReference image(String name) {
    return ImageReference.parse(registry.host() + "/" + name);
  }
}
