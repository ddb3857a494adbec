package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code build --output} leaves where. */
class OutputPlacesTest {
  @TempDir private Path directory;

  private Path context;

  @BeforeEach
  void writeContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("file"), "content\n");
    Files.writeString(context.resolve("gone"), "gone\n");
    Files.createDirectory(context.resolve("d"));
    Files.createSymbolicLink(context.resolve("d/link"), Path.of("../a/file"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch AS base\nCOPY gone /a/\nCOPY file /a/\nFROM base\nCOPY file /a/gone\nCOPY d /d\n");
  }

  @Test
  void aDirectoryGetsTheFilesThatTheLayersComeTo() {
    Path out = directory.resolve("out");

    build("-o", out.toString());

    assertThat(out.resolve("a/file")).hasContent("content\n");
    assertThat(out.resolve("a/gone")).hasContent("content\n");
    assertThat(out.resolve("d/link")).isSymbolicLink();
  }

  @Test
  void severalPlatformsGetADirectoryEach() {
    Path out = directory.resolve("out");

    build("--platform=linux/amd64,linux/arm/v7", "-o", "type=local,dest=" + out);

    assertThat(out.resolve("linux_amd64/a/file")).hasContent("content\n");
    assertThat(out.resolve("linux_arm_v7/a/file")).hasContent("content\n");
  }

  @Test
  void aLinkThatIsThereIsNotFollowedOutOfTheDirectory() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path out = Files.createDirectory(directory.resolve("out"));
    Files.createSymbolicLink(out.resolve("a"), elsewhere);

    run("build", "-q", "-o", out.toString(), context.toString());

    try (Stream<Path> files = Files.list(elsewhere)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void tarReadsTheFilesAsAnArchive() {
    Requires.program("tar");
    Path file = directory.resolve("files.tar");

    build("-o", "type=tar,dest=" + file);

    assertThat(Program.run("tar", "-tf", file.toString()).lines())
        .containsExactlyInAnyOrder("a/", "d/", "d/link", "a/file", "a/gone");
  }

  @Test
  void standardOutputHasTheArchiveAndNothingElse() {
    Called called = run("build", "-q", "--timestamp=0", "-o", "-", context.toString());

    assertThat(called.status()).isZero();
    assertThat(called.out().length() % 512).isZero();
    assertThat(called.out()).startsWith("a/\0").endsWith("\0".repeat(1024));
  }

  @Test
  void skopeoReadsTheArchivesOfAnImageAndSeveralAreWrittenAtOnce() {
    Requires.program("skopeo");
    Path oci = directory.resolve("oci.tar");
    Path docker = directory.resolve("docker.tar");
    Path layout = directory.resolve("layout");

    build(
        "-t",
        "shop:1",
        "-o",
        "type=oci,dest=" + oci,
        "-o",
        "type=docker,dest=" + docker + ",name=other:2",
        "-o",
        "type=oci,tar=false,dest=" + layout);

    Program.run("skopeo", "inspect", "oci-archive:" + oci + ":docker.io/library/shop:1");
    Program.run("skopeo", "inspect", "docker-archive:" + docker + ":other:2");
    Program.run("skopeo", "inspect", "oci:" + layout + ":docker.io/library/shop:1");
  }

  @Test
  void aRegistryGetsTheImageUnderItsOwnNameAndTheMetadataTellsOfIt() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    Path metadata = directory.resolve("metadata.json");
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String name = registry.host() + "/team/shop:1";
      build("--tls-verify=false", "-t", name + "-base", "--push");
      Files.writeString(context.resolve("Dockerfile"), "FROM " + name + "-base\nCOPY file /new\n");

      build(
          "--tls-verify=false",
          "--metadata-file",
          metadata.toString(),
          "-t",
          "kept:1",
          "-o",
          "type=registry,name=" + name);

      JsonObject json = Json.readObject(Files.readAllBytes(metadata), "metadata");
      assertThat(json.strings("sealosbuild.pushed")).containsExactly(name);
      JsonObject base = json.objects("sealosbuild.bases").get(0);
      assertThat(base.string("name")).isEqualTo(name + "-base");
      JsonObject seen = inspect(name);
      assertThat(seen.string("Digest")).isEqualTo(json.string("containerimage.digest"));
      assertThat(inspect(name + "-base").string("Digest")).isEqualTo(base.string("digest"));
      JsonObject image = json.objects("sealosbuild.images").get(0);
      assertThat(image.objects("layers"))
          .extracting(layer -> Objects.requireNonNull(layer.string("instruction")))
          .last()
          .isEqualTo("COPY file /new");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=tar | has no dest",
        "type=oci | has no dest",
        "type=cacheonly | has the type",
        "type=local,dest=- | standard output",
        "type=registry | without a name",
        "type=tar,dest=x,push=true | has push",
        "type=image,dest=x | has a dest",
        "type=docker,dest=x,tar=false | has tar",
        "type=oci,dest=x,compression=zstd | has \"compression=zstd\"",
      })
  void anOutputThatCannotBeMeantIsRefused(String output, String found) {
    Called called = run("build", "-o", output, context.toString());

    assertThat(called.status()).isEqualTo(Main.FAILED);
    assertThat(called.err()).contains(found);
  }

  private static JsonObject inspect(String name) {
    String text = Program.run("skopeo", "inspect", "--tls-verify=false", "docker://" + name);
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), "answer");
  }

  private void build(String... options) {
    Called called =
        run(
            Stream.of(Stream.of("build", "-q"), Stream.of(options), Stream.of(context.toString()))
                .flatMap(part -> part)
                .toArray(String[]::new));
    assertThat(called.status()).as(called.err()).isZero();
  }

  private Called run(String... args) {
    Called called = new Called();
    called.run(
        Stream.concat(Stream.of(args), Stream.of("--root", directory + "/store"))
            .toArray(String[]::new));
    return called;
  }
}
