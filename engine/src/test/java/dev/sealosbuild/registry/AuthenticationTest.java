package dev.sealosbuild.registry;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry with TLS, that lets only one user in. */
class AuthenticationTest {
  private static final Credentials ANNA = new Credentials("anna", new Secret("s3cret:x"));
  private static final byte[] BLOB = new byte[70_000];
  private static final Descriptor LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);

  @TempDir static Path folder;
  private static LocalRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.in(folder).withTls().withUser("anna", "s3cret:x").start();
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void theRightPasswordLetsPushAndPullOverTls() throws Exception {
    RegistryOptions options = new RegistryOptions(true, ANNA, null);
    try (RegistryClient client =
        new RegistryClient(
            options, Progress.silent(), new Transport(ownAuthority(), 60_000), null)) {
      client.pushBlob(image(), LAYER, BlobSource.of(BLOB));
      try (InputStream blob = client.blob(image(), LAYER)) {
        assertThat(blob.readAllBytes()).isEqualTo(BLOB);
      }
    }
  }

  @Test
  void aBlobIsUploadedWhileItIsMadeOverTls() throws Exception {
    byte[] made = "made".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    RegistryOptions options = new RegistryOptions(true, ANNA, null);
    try (RegistryClient client =
            new RegistryClient(
                options, Progress.silent(), new Transport(ownAuthority(), 60_000), null);
        BlobUpload upload = client.startUpload(image())) {
      upload.write(made, 0, made.length);
      upload.finish(Digest.of(made), made.length);
      assertThat(client.hasBlob(image(), Digest.of(made))).isTrue();
    }
  }

  @Test
  void aWrongPasswordIsToldWithoutBeingShown() {
    Credentials wrong = new Credentials("anna", new Secret("wr0ng"));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, wrong, null))) {
      assertThatThrownBy(() -> client.pushBlob(image(), LAYER, BlobSource.of(BLOB)))
          .isInstanceOfSatisfying(
              BuildException.class,
              e ->
                  assertThat(e.sentence())
                      .endsWith("check the user name and the password from --creds")
                      .doesNotContain("wr0ng"))
          .hasMessage(
              "push of blob %s to %s: %s answered 401 (UNAUTHORIZED: authentication required)",
              LAYER.digest(), image().name(), registry.url());
    }
  }

  @Test
  void nobodyIsToldToLogIn() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, empty))) {
      assertThatThrownBy(() -> client.resolve(image()))
          .isInstanceOfSatisfying(
              BuildException.class,
              e ->
                  assertThat(e.remedy())
                      .isEqualTo("pass --creds, or log in: no credentials were found in " + empty));
    }
  }

  @Test
  void theAuthenticationFileLetsIn() throws Exception {
    String auth =
        Base64.getEncoder().encodeToString("anna:s3cret:x".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("auth.json");
    Files.writeString(
        file, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), auth));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, file))) {
      assertThat(client.resolve(image())).isEmpty();
    }
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsNotTrusted() {
    try (RegistryClient client = new RegistryClient(new RegistryOptions(true, ANNA, null))) {
      assertThatThrownBy(() -> client.resolve(image()))
          .isInstanceOfSatisfying(
              BuildException.class, e -> assertThat(e.remedy()).contains("--tls-verify=false"))
          .hasMessageContaining("has a certificate that is not trusted");
    }
  }

  @Test
  void anAuthorityOfTheRegistrysOwnFolderIsTrusted() throws Exception {
    certificates("home/.config/containers/certs.d/" + registry.host());
    certificates("home/.config/containers/certs.d/127.0.0.1:1");
    RegistryOptions options =
        new RegistryOptions(true, ANNA, null)
            .withEnvironment(Map.of("HOME", folder.resolve("home").toString()));
    try (RegistryClient client = new RegistryClient(options)) {
      assertThat(client.resolve(image())).isEmpty();
    }
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    RegistryOptions options =
        new RegistryOptions(true, ANNA, null).withCertDir(folder.resolve("none"));
    try (RegistryClient client = new RegistryClient(options)) {
      assertThatThrownBy(() -> client.resolve(image()))
          .isInstanceOf(BuildException.class)
          .hasMessage("--cert-dir " + folder.resolve("none") + " is not a directory");
    }
  }

  private static ImageReference image() {
    return ImageReference.parse(registry.host() + "/private/app:1");
  }

  private static Trust ownAuthority() throws Exception {
    return Trust.of(new RegistryOptions(true, null, null).withCertDir(certificates("own")));
  }

  private static Path certificates(String name) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    Files.copy(registry.authorityCertificate(), made.resolve("ca.crt"), REPLACE_EXISTING);
    return made;
  }
}
