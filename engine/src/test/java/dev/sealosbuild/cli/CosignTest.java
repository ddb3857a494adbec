package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases signed by a key of cosign's, as cosign sees them, and the other way round.
 *
 * <p>Debian has no cosign. With one of version 2 or 3 on the PATH: {@code mvn -pl engine test
 * -Dtest=CosignTest -Dexcluded.tests=docker}.
 */
@Tag("sigstore")
class CosignTest {
  private static final String PASSPHRASE = "cosign's own passphrase";

  @TempDir private Path folder;
  private LocalRegistry registry;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    Requires.program("cosign");
    registry = LocalRegistry.start(folder.resolve("registry"));
    Path context = Files.createDirectory(folder.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    assertThat(cosign("generate-key-pair").exit()).isZero();
  }

  @AfterEach
  void end() {
    registry.close();
  }

  @Test
  void cosignVerifiesTheIndexAndEveryPlatformWithWhatIsAttached() {
    run(
        "build",
        "--push",
        "--platform=linux/amd64,linux/arm64",
        "--provenance",
        "--sbom",
        "--sign-by-sigstore-private-key=" + folder.resolve("cosign.key"),
        "--tag=" + image("shop:1"),
        folder.resolve("context").toString());

    assertThat(verify("verify", image("shop:1"))).isZero();
    assertThat(verify("verify-attestation", "--type=slsaprovenance1", image("shop:1"))).isZero();
    List<String> platforms = platforms("shop");
    assertThat(platforms).hasSize(2);
    for (String one : platforms) {
      assertThat(verify("verify", one)).isZero();
      assertThat(verify("verify-attestation", "--type=slsaprovenance1", one)).isZero();
      assertThat(verify("verify-attestation", "--type=cyclonedx", one)).isZero();
    }
    run(
        "build",
        "--push",
        "--label=not=signed",
        "--tag=" + image("shop:2"),
        folder.resolve("context").toString());
    assertThat(verify("verify", image("shop:2"))).isNotZero();
  }

  @Test
  void whatCosignSignsIsVerifiedWithItsKey() {
    run("build", "--push", "--tag=" + image("shop:1"), folder.resolve("context").toString());
    assertThat(ourVerify()).isEqualTo(VerifyCommand.REFUSED);
    List<String> sign = new ArrayList<>(List.of("sign", "--yes", "--allow-insecure-registry"));
    sign.addAll(List.of("--key=cosign.key", "--tlog-upload=false"));
    if (cosign("sign", "--help").out().contains("--use-signing-config")) {
      sign.add("--use-signing-config=false"); // else version 3 does not do without the log
    }
    sign.add(image("shop:1"));

    Program.Outcome signed = cosign(sign.toArray(String[]::new));

    assertThat(signed.exit()).as(signed.err()).isZero();
    assertThat(ourVerify()).isEqualTo(Main.OK);
  }

  private int ourVerify() {
    String key = "--key=" + folder.resolve("cosign.pub");
    return new Called().run("verify", "--tls-verify=false", key, image("shop:1"));
  }

  private void run(String... arguments) {
    Called called = new Called().with("SEALOS_BUILD_SIGN_PASSPHRASE", PASSPHRASE);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(0, "--root=" + folder.resolve("store"));
    all.add("--tls-verify=false");
    assertThat(called.run(all.toArray(String[]::new))).as(called.err()).isZero();
  }

  private List<String> platforms(String repository) {
    ImageReference name = ImageReference.parse(image(repository + ":1"));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      FetchedManifest index = client.manifest(name);
      return ImageIndex.read(index.bytes(), index.mediaType()).manifests().stream()
          .map(Descriptor::digest)
          .map(digest -> name.withDigest(digest).toString())
          .toList();
    }
  }

  private int verify(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "--key=cosign.pub"));
    all.addAll(List.of("--insecure-ignore-tlog", "--allow-insecure-registry"));
    all.addAll(List.of(more));
    return cosign(all.toArray(String[]::new)).exit();
  }

  private Program.Outcome cosign(String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(Program.command(List.of("cosign"), arguments));
    builder.directory(folder.toFile());
    builder.environment().put("COSIGN_PASSWORD", PASSPHRASE);
    return Program.finish(builder);
  }

  private String image(String name) {
    return registry.host() + "/" + name;
  }
}
