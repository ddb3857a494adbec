package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} says yes or no of what skopeo has signed. */
class VerifyCommandTest {
  @TempDir private Path folder;
  private LocalRegistry registry;
  private Path home;
  private Path keyring;
  private String key;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    Requires.program("gpg");
    registry = LocalRegistry.start(folder.resolve("registry"));
    home = Files.createDirectories(folder.resolve("gnupg"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    gpg("--batch", "--passphrase", "", "--quick-gen-key", "a@test", "ed25519", "sign", "never");
    key = gpg("--with-colons", "--list-keys").replaceAll("(?s).*?\nfpr:+([0-9A-F]+):.*", "$1");
    keyring = folder.resolve("keyring");
    gpg("--output", keyring.toString(), "--export");
    Path registriesD = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registriesD.resolve("test.yaml"),
        "default-docker: {lookaside: 'file://" + folder.resolve("lookaside") + "'}\n");
    push(image("plain:1"));
    Program.Outcome signed =
        run(
            "skopeo",
            "--insecure-policy",
            "--registries.d",
            registriesD.toString(),
            "copy",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "--sign-by",
            key,
            "docker://" + image("plain:1"),
            "docker://" + image("signed:1"));
    assertThat(signed.exit()).as(signed.err()).isZero();
  }

  @AfterEach
  void end() {
    registry.close();
    run("gpgconf", "--kill", "all");
  }

  @Test
  void aSignedImageIsYes() {
    Called called = new Called();

    assertThat(verify(called, "--keyring=" + keyring, "docker://" + image("signed:1"))).isZero();
    assertThat(called.out())
        .matches(
            "yes: \\S+/signed:1 is sha256:[0-9a-f]{64}, signed by the key "
                + key
                + " as \\S+/signed:1 \\(keyring \\S+\\)\n");
    assertThat(called.err()).isEmpty();
  }

  @Test
  void aKeyMayBeGnuPGsAsTextOrAsItIs() {
    Path armored = folder.resolve("key.asc");
    gpg("--armor", "--output", armored.toString(), "--export");

    for (Path file : List.of(keyring, armored)) {
      Called called = new Called();
      assertThat(verify(called, "--key=" + file, image("signed:1").toString())).isZero();
      assertThat(called.out()).startsWith("yes: ").contains("signed by the key " + key);
      assertThat(verify(called, "--key=" + file, image("plain:1").toString())).isEqualTo(1);
    }
  }

  @Test
  void anUnsignedImageIsNo() {
    Called called = new Called();

    assertThat(verify(called, "--keyring=" + keyring, image("plain:1").toString())).isEqualTo(1);
    assertThat(called.out())
        .startsWith("no: sha256:")
        .contains("it demands a signature, and there is none")
        .hasLineCount(1);
  }

  @Test
  void aPolicyIsObeyed() throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("policy.json"),
            "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\""
                + registry.host()
                + "/signed\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
                + keyring
                + "\"}]}}}");
    Called signed = new Called();
    Called plain = new Called();

    assertThat(verify(signed, "--signature-policy=" + policy, image("signed:1").toString()))
        .isZero();
    assertThat(verify(plain, "--signature-policy=" + policy, image("plain:1").toString()))
        .isEqualTo(1);
    assertThat(plain.out()).contains("it rejects this image");
  }

  @Test
  void whatCannotBeSaidIsAFailure() {
    Called missing = new Called();
    Called two = new Called();

    assertThat(verify(missing, "--keyring=" + keyring, image("none:1").toString()))
        .isEqualTo(Main.FAILED);
    assertThat(missing.out()).isEmpty();
    assertThat(verify(two, "--keyring=a", "--key=b", image("signed:1").toString()))
        .isEqualTo(Main.FAILED);
    assertThat(two.err()).contains("two of --key, --keyring and --signature-policy");
  }

  private int verify(Called called, String... arguments) {
    List<String> first =
        List.of("verify", "--tls-verify=false", "--registries.d=" + folder.resolve("registries.d"));
    return called.run(Program.command(first, arguments));
  }

  private ImageReference image(String name) {
    return ImageReference.parse(registry.host() + "/" + name);
  }

  private static void push(ImageReference image) {
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
            .getBytes(StandardCharsets.UTF_8);
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      Descriptor described = Descriptor.of(MediaType.OCI_CONFIG, config);
      client.pushBlob(image, described, BlobSource.of(config));
      Manifest manifest = Manifest.of(MediaType.OCI_MANIFEST, described, List.of(), Map.of());
      client.pushManifest(image, manifest.mediaType(), manifest.bytes());
    }
  }

  private String gpg(String... arguments) {
    return run(Program.command(List.of("gpg"), arguments)).out();
  }

  private Program.Outcome run(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GNUPGHOME", home.toString());
    return Program.finish(builder);
  }
}
