package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.TokenServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry behind a token server whose tokens are good for five seconds. */
class TokenServerTest {
  private static final byte[] BLOB = "blob".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final Descriptor LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);

  @TempDir Path folder;
  private TokenServer tokens;
  private LocalRegistry registry;

  @BeforeEach
  void start() throws Exception {
    Requires.program("docker-registry");
    tokens = new TokenServer(folder.resolve("tokens"), "anna", "s3cret");
    registry = LocalRegistry.in(folder.resolve("registry")).withTokens(tokens).start();
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
    if (tokens != null) {
      tokens.close();
    }
  }

  @Test
  void aTokenIsHadForEachScope() throws Exception {
    try (RegistryClient client = client("s3cret")) {
      client.pushBlob(image("a/app"), LAYER, BlobSource.of(BLOB));
      assertThat(client.mountBlob(image("b/app"), LAYER.digest(), "a/app")).isTrue();
      assertThat(client.hasBlob(image("b/app"), LAYER.digest())).isTrue();
      assertThat(client.blob(image("b/app"), LAYER).readAllBytes()).isEqualTo(BLOB);
    }
    assertThat(tokens.scopes().stream().distinct())
        .containsExactly(
            "repository:a/app:pull,push", "repository:b/app:pull,push repository:a/app:pull");
  }

  @Test
  void aPushThatTakesLongerThanATokenIsGoodGetsAnotherOne() throws Exception {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    try (RegistryClient client = client("s3cret");
        BlobUpload upload = client.startUpload(image("app"))) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TokenServer.LIFE_SECONDS + 1);
      byte[] one = new byte[1];
      for (int i = 0; System.nanoTime() < end; i++) {
        one[0] = (byte) i;
        if (i % 5000 == 0) {
          upload.write(one, 0, 1);
          made.write(one, 0, 1);
        }
      }
      Digest digest = Digest.of(made.toByteArray());
      upload.finish(digest, made.size());
      assertThat(client.hasBlob(image("app"), digest)).isTrue();
    }
    assertThat(tokens.issued()).hasSizeGreaterThan(1).doesNotHaveDuplicates();
  }

  @Test
  void aWrongPasswordIsToldAsTheTokenServersAnswer() {
    try (RegistryClient client = client("wr0ng")) {
      assertThatThrownBy(() -> client.pushBlob(image("app"), LAYER, BlobSource.of(BLOB)))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("gave no token but answered 401")
          .hasMessageNotContaining("wr0ng");
    }
    assertThat(tokens.issued()).isEmpty();
  }

  private ImageReference image(String repository) {
    return ImageReference.parse(registry.host() + "/" + repository + ":1");
  }

  private static RegistryClient client(String password) {
    return new RegistryClient(
        new RegistryOptions(false, new Credentials("anna", new Secret(password)), null)
            .withEnvironment(Map.of()));
  }
}
