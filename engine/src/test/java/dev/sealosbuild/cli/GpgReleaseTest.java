package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that the commands sign by a key of the user's GnuPG keyring, as skopeo sees them. */
class GpgReleaseTest {
  private static final String PASSPHRASE = "a key has this passphrase";

  @TempDir private Path folder;
  private LocalRegistry registry;
  private GnuPgHome gpg;
  private String key;
  private Path registriesD;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    gpg = GnuPgHome.in(folder);
    key = gpg.key("release@test", "ed25519", "sign", PASSPHRASE);
    registry = LocalRegistry.start(folder.resolve("registry"));
    registriesD = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registriesD.resolve("test.yaml"),
        "default-docker: {lookaside: 'file://" + folder.resolve("lookaside") + "'}\n");
    Path context = Files.createDirectory(folder.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
  }

  @AfterEach
  void end() {
    registry.close();
    gpg.close();
  }

  @Test
  void aPushedBuildIsSignedWithItsPlatformsAndIndex() throws IOException {
    Path metadata = folder.resolve("metadata.json");
    Called built =
        signed(
            "build",
            "--push",
            "--platform=linux/amd64,linux/arm64",
            "--tag=" + image("shop:1"),
            "--metadata-file=" + metadata,
            context());

    List<JsonObject> signatures =
        Json.readObject(Files.readAllBytes(metadata), "metadata").objects("sealosbuild.signatures");
    assertThat(signatures)
        .hasSize(3)
        .allSatisfy(one -> assertThat(one.string("key")).isEqualTo(key));
    for (JsonObject one : signatures) {
      assertThat(standaloneVerify("shop:1", one.requiredString("digest"))).isZero();
    }
    assertThat(copied("shop:1", key)).isZero();
    String other = gpg.key("other@test", "ed25519", "sign", "");
    assertThat(copied("shop:1", other)).isNotZero();
    assertThat(built.err() + built.out()).contains("3 signatures").doesNotContain(PASSPHRASE);
  }

  @Test
  void whatPushAndManifestPushSendIsSigned() throws IOException {
    run("build", "--tag=" + image("single:1"), context());
    run("build", "--platform=linux/amd64,linux/arm64", "--manifest=" + image("list:1"), context());
    Path digests = folder.resolve("digests");

    signed("push", "--digestfile=" + digests, image("single:1"));
    String single = Files.readString(digests);
    signed("manifest", "push", "--digestfile=" + digests, image("list:1"));

    assertThat(single).hasLineCount(2).contains(" simple " + key + " file://");
    assertThat(Files.readString(digests)).hasLineCount(4);
    assertThat(copied("single:1", key)).isZero();
    assertThat(copied("list:1", key)).isZero();
  }

  @Test
  void aFolderThatSkopeoWroteIsAcceptedByTheSignatureInIt() throws IOException {
    signed("build", "--push", "--tag=" + image("shop:1"), context());
    Path copy = folder.resolve("copy");
    Program.run(
        "skopeo",
        "--insecure-policy",
        "--registries.d=" + registriesD,
        "copy",
        "--src-tls-verify=false",
        "docker://" + image("shop:1"),
        "dir:" + copy);
    Path policy =
        Files.writeString(
            folder.resolve("dir-policy.json"),
            "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"dir\":{\""
                + folder.toRealPath()
                + "\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
                + gpg.publicKey(key)
                + "\",\"signedIdentity\":{\"type\":\"exactRepository\",\"dockerRepository\":\""
                + image("shop")
                + "\"}}]}}}");

    run("pull", "--signature-policy=" + policy, "dir:" + copy);
    Files.delete(copy.resolve("signature-1"));
    Called refused = call(List.of("pull", "--signature-policy=" + policy, "dir:" + copy), null);

    assertThat(refused.status()).isEqualTo(Main.FAILED);
    assertThat(refused.err()).contains("it demands a signature, and there is none");
  }

  @Test
  void thePassphraseIsInNoLogAndNoFile() throws IOException {
    List<Called> all = new ArrayList<>();
    for (String progress : List.of("plain", "json")) {
      all.add(
          signed(
              "build",
              "--push",
              "--provenance",
              "--progress=" + progress,
              "--tag=" + image(progress + ":1"),
              context()));
    }

    assertThat(all).allSatisfy(one -> assertThat(one.out() + one.err()).doesNotContain(PASSPHRASE));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).filter(GpgReleaseTest::hasPassphrase))
          .containsExactly(folder.resolve("passphrase"));
    }
  }

  @Test
  void keysThatCannotSignAreRefusedBeforeAnythingIsBuilt() throws IOException {
    String certifying = gpg.key("certify@test", "ed25519", "cert", "");
    Files.writeString(folder.resolve("context/Dockerfile"), "FROM no.such.registry.invalid/x\n");

    Called refused =
        call(List.of("build", "--push", "--tag=" + image("x:1"), context()), certifying);

    assertThat(refused.status()).isEqualTo(Main.FAILED);
    assertThat(refused.err())
        .contains("the key " + certifying + " cannot sign: it is not for signing")
        .doesNotContain("no.such.registry");
  }

  private static boolean hasPassphrase(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(PASSPHRASE);
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
  }

  private Called signed(String... arguments) throws IOException {
    Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--sign-passphrase-file=" + folder.resolve("passphrase"));
    Called called = call(all, key);
    assertThat(called.status()).as(called.err()).isZero();
    return called;
  }

  private void run(String... arguments) {
    Called called = call(List.of(arguments), null);
    assertThat(called.status()).as(called.err()).isZero();
  }

  private Called call(List<String> arguments, String signer) {
    Called called = new Called();
    gpg.environment().forEach(called::with);
    List<String> all = new ArrayList<>();
    all.add("--root=" + folder.resolve("store"));
    all.add("--registries.d=" + registriesD);
    all.addAll(arguments);
    all.add("--tls-verify=false");
    if (signer != null) {
      all.add("--sign-by=" + signer);
    }
    called.run(all.toArray(String[]::new));
    return called;
  }

  /** The signature alone with the manifest that it is of, in GnuPG's keyring. */
  private int standaloneVerify(String name, String digest) throws IOException {
    String repository = image(name.substring(0, name.indexOf(':')));
    byte[] manifest =
        Program.run(
                "skopeo",
                "inspect",
                "--raw",
                "--tls-verify=false",
                "docker://" + repository + "@" + digest)
            .getBytes(StandardCharsets.UTF_8);
    Path signature =
        folder.resolve(
            "lookaside/"
                + name.substring(0, name.indexOf(':'))
                + "@"
                + digest.replace(':', '=')
                + "/signature-1");
    ProcessBuilder verify =
        new ProcessBuilder(
            "skopeo",
            "standalone-verify",
            Files.write(folder.resolve("manifest"), manifest).toString(),
            image(name),
            key,
            signature.toString());
    verify.environment().putAll(gpg.environment());
    return Program.finish(verify).exit();
  }

  private int copied(String name, String signer) throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("policy.json"),
            "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
                + gpg.publicKey(signer)
                + "\"}]}");
    return Program.attempt(
            "skopeo",
            "--policy=" + policy,
            "--registries.d=" + registriesD,
            "copy",
            "--all",
            "--remove-signatures",
            "--src-tls-verify=false",
            "docker://" + image(name),
            "dir:" + folder.resolve("copied"))
        .exit();
  }

  private String context() {
    return folder.resolve("context").toString();
  }

  private String image(String name) {
    return registry.host() + "/" + name;
  }
}
