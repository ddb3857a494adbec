package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simple signatures: skopeo accepts ours, and we accept skopeo's, and nothing else. */
class SkopeoSignatureTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
  private static final String PASSPHRASE = "a passphrase of the test";

  @TempDir private Path folder;
  private GnuPgHome gpg;
  private LocalRegistry registry;
  private RegistryClient client;
  private Path registriesD;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("skopeo");
    Requires.program("docker-registry");
    gpg = GnuPgHome.in(folder);
    registry = LocalRegistry.start(folder.resolve("registry"));
    client = new RegistryClient(new RegistryOptions(false, null, null));
    registriesD = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registriesD.resolve("test.yaml"),
        "default-docker:\n  lookaside: file://" + folder + "/lookaside\n");
  }

  @AfterEach
  void end() {
    client.close();
    registry.close();
    gpg.close();
  }

  @Test
  void skopeoVerifiesWhatWeSignedAndNothingElse() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    ImageReference image = image("app:1");
    Manifest manifest = TestImages.push(client, image, "first");
    List<ImageSigner.Made> made =
        signer(GpgSigner.of(key, null, gpg.environment()))
            .sign(client, image, manifest.descriptor(), TIME);
    Path file = Files.write(folder.resolve("manifest"), manifest.bytes());
    Path signature = Path.of(java.net.URI.create(made.get(0).where()));

    assertThat(signature.toString())
        .endsWith("/lookaside/app@sha256=" + manifest.digest().hex() + "/signature-1");
    assertThat(standaloneVerify(file, image.toString(), key, signature).exit()).isZero();
    byte[] changed = manifest.bytes().clone();
    changed[changed.length - 2] ^= 1;
    Path other = Files.write(folder.resolve("changed"), changed);
    assertThat(standaloneVerify(other, image.toString(), key, signature).exit()).isNotZero();
    assertThat(standaloneVerify(file, image.withTag("2").toString(), key, signature).exit())
        .isNotZero();
  }

  @Test
  void skopeoCopiesUnderAPolicyWhatWeSignedByAKeyFileUntilTheTagMoves() throws IOException {
    String key = gpg.key("signer@test", "rsa2048", "sign", PASSPHRASE);
    String stranger = gpg.key("stranger@test", "ed25519", "sign", "");
    ImageReference image = image("team/app:1");
    OpenPgpSigner secretKey =
        SecretKeyFile.read(gpg.secretKey(key, PASSPHRASE), new Secret(PASSPHRASE));
    Path policy = policy("ours", gpg.publicKey(key));

    Manifest manifest = TestImages.push(client, image, "first");
    assertThat(copy(image, policy).err()).contains("A signature was required");
    signer(secretKey).sign(client, image, manifest.descriptor(), TIME);
    assertThat(copy(image, policy)).extracting(Program.Outcome::exit).isEqualTo(0);
    assertThat(copy(image, policy("other", gpg.publicKey(stranger))).exit()).isNotZero();
    assertThat(require(image, policy)).contains("signed by the key " + key + " as " + image);

    TestImages.push(client, image, "second");
    assertThat(copy(image, policy).exit()).isNotZero();
    assertThatThrownBy(() -> require(image, policy))
        .hasMessageContaining("demands a signature, and there is none");
    // The old manifest's signature, put beside the new one.
    Path old = folder.resolve("lookaside/team/app@sha256=" + manifest.digest().hex());
    Digest moved = client.manifest(image).digest();
    Files.move(old, old.resolveSibling("app@sha256=" + moved.hex()));
    assertThat(copy(image, policy).exit()).isNotZero();
    assertThatThrownBy(() -> require(image, policy))
        .hasMessageContaining("is for the digest " + manifest.digest());
  }

  @Test
  void weVerifyWhatSkopeoSigned() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    String stranger = gpg.key("stranger@test", "ed25519", "sign", "");
    ImageReference unsigned = image("app:unsigned");
    TestImages.push(client, unsigned, "content");
    ImageReference image = image("signed/app:1");
    Program.Outcome copied =
        skopeo(
            "--insecure-policy",
            "--registries.d",
            registriesD.toString(),
            "copy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "--sign-by",
            key,
            "docker://" + unsigned,
            "docker://" + image);
    assertThat(copied.exit()).as(copied.err()).isZero();

    assertThat(require(image, policy("ours", gpg.publicKey(key))))
        .isEqualTo("signed by the key " + key + " as " + image);
    assertThatThrownBy(() -> require(image, policy("other", gpg.publicKey(stranger))))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("none of [" + stranger + "]");
    ImageReference byDigest = image.withDigest(client.manifest(image).digest());
    assertThat(require(byDigest, policy("ours", gpg.publicKey(key)))).contains(key);
    gpg.revoke(key);
    assertThatThrownBy(() -> require(image, policy("ours", gpg.publicKey(key, "--armor"))))
        .hasMessageContaining("the key " + key + " is revoked");
  }

  @Test
  void signaturesAreAddedBesideThoseThatAreThere() throws IOException {
    String first = gpg.key("first@test", "ed25519", "sign", "");
    String second = gpg.key("second@test", "ed25519", "sign", "");
    ImageReference image = image("app:1");
    Descriptor manifest = TestImages.push(client, image, "content").descriptor();

    signer(GpgSigner.of(first, null, gpg.environment())).sign(client, image, manifest, TIME);
    signer(GpgSigner.of(second, null, gpg.environment())).sign(client, image, manifest, TIME);

    for (String key : List.of(first, second)) {
      assertThat(require(image, policy("ours", gpg.publicKey(key)))).contains(key);
      assertThat(copy(image, policy("ours", gpg.publicKey(key))).exit()).isZero();
    }
  }

  @Test
  void thePassphraseIsInNoProcessListAndNoFile() throws Exception {
    String key = gpg.key("signer@test", "ed25519", "sign", PASSPHRASE);
    gpg.close(); // the agent would remember it
    Path programs = Files.createDirectories(folder.resolve("bin"));
    Path seen = folder.resolve("seen");
    // A gpg that writes down what others could see of it before it does its work.
    Path wrapper = programs.resolve("gpg");
    Files.writeString(
        wrapper,
        "#!/bin/sh\ntr '\\0' ' ' </proc/$$/cmdline >>"
            + seen
            + "\ntr '\\0' '\\n' </proc/$$/environ >>"
            + seen
            + "\nexec /usr/bin/gpg \"$@\"\n");
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment = gpg.environment();
    environment.put("PATH", programs + ":" + environment.get("PATH"));

    OpenPgpSigner signer = GpgSigner.of(key, new Secret(PASSPHRASE), environment);
    ImageReference image = image("app:1");
    signer(signer)
        .sign(client, image, TestImages.push(client, image, "content").descriptor(), TIME);

    assertThat(require(image, policy("ours", gpg.publicKey(key)))).contains(key);
    assertThat(Files.readString(seen)).contains("--passphrase-fd").doesNotContain(PASSPHRASE);
    try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text).as(file.toString()).doesNotContain(PASSPHRASE);
      }
    }
    assertThat(registry.log()).doesNotContain(PASSPHRASE);
  }

  @Test
  void whereSignaturesCannotBeWrittenIsSaid() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    ImageReference image = image("app:1");
    Descriptor manifest = TestImages.push(client, image, "content").descriptor();
    Files.writeString(
        registriesD.resolve("test.yaml"), "default-docker:\n  lookaside: https://example.com/s\n");
    ImageSigner signer = signer(GpgSigner.of(key, null, gpg.environment()));

    assertThatThrownBy(() -> signer.requirePlace(client, image))
        .hasMessageContaining("cannot be written to https://example.com/s/app, which is a web");
    assertThatThrownBy(() -> signer.sign(client, image, manifest, TIME))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("cannot be written to https://example.com/s/app, which is a web");
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

  private ImageSigner signer(OpenPgpSigner key) {
    return new ImageSigner(
        List.of(key),
        List.of(),
        RegistriesDirectory.read(registriesD, Map.of()),
        "sealos-build test");
  }

  private ImageReference image(String name) {
    return ImageReference.parse(registry.host() + "/" + name);
  }

  private Path policy(String name, Path keyring) throws IOException {
    return Files.writeString(
        folder.resolve("policy-" + name + ".json"),
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\""
            + registry.host()
            + "\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
            + keyring
            + "\"}]}}}");
  }

  private Program.Outcome copy(ImageReference image, Path policy) {
    return skopeo(
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

  private Program.Outcome standaloneVerify(Path manifest, String name, String key, Path signature) {
    return skopeo("standalone-verify", manifest.toString(), name, key, signature.toString());
  }

  private Program.Outcome skopeo(String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(Program.command(List.of("skopeo"), arguments));
    builder.environment().put("GNUPGHOME", gpg.environment().get("GNUPGHOME"));
    return Program.finish(builder);
  }
}
