package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistriesDirectoryTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "registry.example.com/team/app:1, https://precise/team/app,   file:/tagged/team/app, true",
    "registry.example.com/team/app:2, https://team/top/team/app,  file:/staged/team/app, false",
    "registry.example.com/else:1,     https://registry/else,      https://registry/else, false",
    "sub.example.com/x:1,             https://old/x,              file:/oldstaged/x,     true",
    "busybox,                         https://default/library/busybox, file:/defstaged/library/busybox, true"
  })
  void theMostPreciseSectionCounts(
      String image, String reading, String writing, boolean attachments) throws IOException {
    write(
        "a.yaml",
        """
        docker:
          registry.example.com:
            lookaside: https://registry
            use-sigstore-attachments: false
          registry.example.com/team:
            lookaside: https://team/top/
            lookaside-staging: file:///staged
          registry.example.com/team/app:1:
            lookaside: https://precise
            lookaside-staging: file:///tagged
            use-sigstore-attachments: true
        """);
    write(
        "b.yaml",
        """
        default-docker:
          lookaside: https://default
          lookaside-staging: file:///defstaged
          use-sigstore-attachments: true
        docker:
          "*.example.com":
            sigstore: https://old
            sigstore-staging: file:///oldstaged
        """);
    RegistriesDirectory directory = RegistriesDirectory.read(folder, Map.of());
    ImageReference reference = ImageReference.parse(image);

    assertThat(directory.lookaside(reference)).isEqualTo(URI.create(reading));
    assertThat(directory.lookasideStaging(reference)).isEqualTo(URI.create(writing));
    assertThat(directory.usesSigstoreAttachments(reference)).isEqualTo(attachments);
  }

  @Test
  void withoutAnyFileSignaturesAreInTheFolderThatContainersToolsUse() throws IOException {
    RegistriesDirectory directory =
        RegistriesDirectory.read(folder, Map.of("HOME", folder.toString()));
    ImageReference image = ImageReference.parse("example.com/a/b:1");

    assertThat(directory.lookaside(image).getPath()).endsWith("/containers/sigstore/a/b");
    assertThat(directory.usesSigstoreAttachments(image)).isFalse();
  }

  @Test
  void theUsersFolderComesBeforeTheMachines() throws IOException {
    Path user = Files.createDirectories(folder.resolve(".config/containers/registries.d"));
    Files.writeString(user.resolve("x.yaml"), "default-docker: {lookaside: 'https://mine'}\n");

    assertThat(
            RegistriesDirectory.read(null, Map.of("HOME", folder.toString()))
                .lookaside(ImageReference.parse("example.com/a:1")))
        .isEqualTo(URI.create("https://mine/a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- a list",
        "docker: text",
        "docker: {x: text}",
        "docker: {x: {lookaside: [1]}}",
        "docker: {x: {use-sigstore-attachments: perhaps}}",
        "docker: {x: {}, x: {}}",
        "a: &a [*a]\nb: [",
        "!!javax.script.ScriptEngineManager []"
      })
  void whatCannotBeUnderstoodIsAnError(String yaml) throws IOException {
    write("a.yaml", yaml);

    assertThatThrownBy(() -> RegistriesDirectory.read(folder, Map.of()))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("a.yaml");
  }

  @Test
  void aScopeInTwoFilesIsAnErrorAndSoIsAnAddressOfAnotherKind() throws IOException {
    write("a.yaml", "default-docker: {lookaside: 'ftp://x'}");
    RegistriesDirectory directory = RegistriesDirectory.read(folder, Map.of());
    write("b.yaml", "default-docker: {lookaside: 'https://y'}");

    assertThatThrownBy(() -> directory.lookaside(ImageReference.parse("a:1")))
        .hasMessageContaining("none of file, http and https");
    assertThatThrownBy(() -> RegistriesDirectory.read(folder, Map.of()))
        .hasMessageContaining("default-docker stands in ");
    assertThatThrownBy(() -> RegistriesDirectory.read(folder.resolve("none"), Map.of()))
        .hasMessageContaining("is not a folder");
  }

  private void write(String name, String yaml) throws IOException {
    Files.writeString(folder.resolve(name), yaml);
  }
}
