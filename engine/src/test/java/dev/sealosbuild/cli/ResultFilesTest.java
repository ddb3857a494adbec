package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
  private final BuildResult result = ViewsTest.result();

  @TempDir private Path directory;

  @Test
  void theIdFileHasTheIdAndNothingElse() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("id"), "something longer that was there before".repeat(9));

    ResultFiles.at(file.toString(), null, null).write(result);

    assertThat(file).hasContent(result.imageId().toString());
    assertThat(Files.size(file)).isEqualTo(71);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void theMetadataHasBuildKitsKeys() throws IOException {
    Path file = directory.resolve("metadata.json");

    ResultFiles.at(null, null, file.toString()).write(result);

    JsonObject json = Json.readObject(Files.readAllBytes(file), "metadata");
    assertThat(json.string("containerimage.config.digest")).isEqualTo(result.imageId().toString());
    assertThat(json.string("containerimage.digest"))
        .isEqualTo(result.manifest().digest().toString());
    assertThat(json.string("image.name")).isEqualTo("docker.io/library/a:1,quay.io/b:2");
    JsonObject descriptor = Objects.requireNonNull(json.object("containerimage.descriptor"));
    assertThat(descriptor.string("mediaType")).isEqualTo(result.manifest().mediaType());
    assertThat(descriptor.number("size", -1)).isEqualTo(result.manifest().size());
    assertThat(descriptor.stringMap("platform"))
        .containsEntry("os", "linux")
        .containsEntry("architecture", "arm64");
  }

  @Test
  void theMetadataTellsOfEveryPlatformTheBasesAndWhatWasPushed() throws IOException {
    Path file = directory.resolve("metadata.json");

    ResultFiles.at(null, null, file.toString()).write(result);

    JsonObject json = Json.readObject(Files.readAllBytes(file), "metadata");
    assertThat(json.objects("sealosbuild.images")).hasSameSizeAs(result.images());
    JsonObject image = json.objects("sealosbuild.images").get(0);
    assertThat(image.string("platform")).isEqualTo("linux/arm64");
    assertThat(image.string("config.digest"))
        .isEqualTo(result.images().get(0).imageId().toString());
    assertThat(image.objects("layers")).hasSameSizeAs(result.images().get(0).layers());
    JsonObject layer = image.objects("layers").get(0);
    assertThat(layer.string("digest"))
        .isEqualTo(result.images().get(0).layers().get(0).descriptor().digest().toString());
    assertThat(layer.members().keySet())
        .hasToString("[instruction, size, digest, cached, seconds]");
    assertThat(json.objects("sealosbuild.bases").get(0).string("name"))
        .isEqualTo("docker.io/library/base:1");
    assertThat(json.strings("sealosbuild.pushed"))
        .isEqualTo(result.pushed().stream().map(Object::toString).toList());
  }

  @Test
  void aLinkIsFollowedAndStays() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));

    ResultFiles.at(link.toString(), null, null).write(result);

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent(result.imageId().toString());
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheBuild() {
    assertThatThrownBy(() -> ResultFiles.at(directory.toString(), null, null))
        .hasMessage("--iidfile " + directory + " is a directory");
    assertThatThrownBy(() -> ResultFiles.at(null, null, directory + "/none/file"))
        .hasMessageContaining("lies in a directory that is missing");
    assertThatThrownBy(() -> ResultFiles.at("", null, null)).hasMessage("--iidfile is empty");
  }
}
