package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.Dockerd;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine wrote, other tools read. */
class ReadByOthersTest {
  private static final String INSTRUCTIONS =
      """
      FROM scratch
      LABEL team=blue
      COPY tree /tree
      COPY --chown=7:8 noise /opt/noise
      CMD ["a"]
      """;

  @TempDir Path folder;

  private Engine engine;
  private Tree context;

  @BeforeEach
  void makesAContext() {
    engine = new Engine(folder.resolve("store"));
    context =
        new Tree(folder.resolve("context"))
            .file("tree/text", "some text\n".repeat(50_000))
            .file("tree/" + "long".repeat(50), "1")
            .file("tree/bin/run", "#!/bin/sh\n")
            .mode("tree/bin/run", 0755)
            .link("tree/link", "bin/run")
            .noise("noise", 2_000_000, 1);
  }

  @Test
  void skopeoReadsTheStore() {
    Requires.program("skopeo");
    ImageContents ours = engine.build(context.root(), INSTRUCTIONS);

    JsonObject inspected = json(Program.run("skopeo", "inspect", engine.skopeoName()));

    assertThat(inspected.string("Digest")).isEqualTo(ours.digest());
    assertThat(inspected.stringMap("Labels")).containsEntry("team", "blue");
    assertThat(inspected.strings("Layers")).hasSize(2);
  }

  @Test
  void gzipReadsEveryLayer() throws Exception {
    Requires.program("gzip");
    ImageContents ours = engine.build(context.root(), INSTRUCTIONS);

    assertThat(ours.layers()).hasSize(2);
    for (JsonObject layer : ours.layers()) {
      assertThat(layer.string("mediaType")).endsWith("tar+gzip");
      ProcessBuilder gzip =
          new ProcessBuilder("gzip", "-t").redirectInput(ours.blobPath(layer).toFile());
      Process process = gzip.start();
      String complaint =
          new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(complaint).isZero();
    }
  }

  @Test
  void withoutCompressionTheLayersArePlainTar() {
    Requires.program("tar");
    ImageContents ours =
        engine.build(
            context.root(),
            INSTRUCTIONS,
            request -> request.layers().compression(LayerCompression.NONE));

    assertThat(ours.layers()).hasSize(2);
    for (JsonObject layer : ours.layers()) {
      assertThat(layer.string("mediaType")).endsWith("layer.v1.tar");
      assertThat(Program.run("tar", "-tf", ours.blobPath(layer).toString())).isNotEmpty();
    }
  }

  @Test
  void umociUnpacksTheImage() throws Exception {
    Requires.program("umoci");
    Requires.program("skopeo");
    Requires.root();
    engine.build(context.root(), INSTRUCTIONS);
    Path layout = folder.resolve("layout");
    Path bundle = folder.resolve("bundle");

    Program.run("skopeo", "copy", "-q", engine.skopeoName(), "oci:" + layout + ":it");
    Program.run("umoci", "unpack", "--image", layout + ":it", bundle.toString());

    Path rootfs = bundle.resolve("rootfs");
    assertThat(rootfs.resolve("tree/text")).hasSameBinaryContentAs(context.path("tree/text"));
    assertThat(rootfs.resolve("opt/noise")).hasSameBinaryContentAs(context.path("noise"));
    assertThat(Files.getAttribute(rootfs.resolve("opt/noise"), "unix:uid")).isEqualTo(7);
    assertThat(Files.readSymbolicLink(rootfs.resolve("tree/link"))).hasToString("bin/run");
    assertThat(Files.getPosixFilePermissions(rootfs.resolve("tree/bin/run")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void skopeoAndBuildahReadWhatWasPushed(boolean chunked) throws Exception {
    Buildah.require();
    Requires.program("skopeo");
    Requires.program("docker-registry");
    try (LocalRegistry registry = LocalRegistry.start(folder.resolve("registry"));
        Buildah buildah = new Buildah(folder.resolve("buildah"))) {
      String name = registry.host() + "/team/it:1";
      ImageContents ours =
          engine.buildAs(
              ImageReference.parse(name),
              context.root(),
              INSTRUCTIONS,
              request -> {
                request.output().push(true).registry(new RegistryOptions(false, null, null));
                request
                    .layers()
                    .compression(chunked ? LayerCompression.ZSTD_CHUNKED : LayerCompression.GZIP);
              });

      JsonObject inspected =
          json(Program.run("skopeo", "inspect", "--tls-verify=false", "docker://" + name));
      assertThat(inspected.string("Digest")).isEqualTo(ours.digest());

      Path layout = folder.resolve("pulled");
      Program.run(
          "skopeo",
          "copy",
          "-q",
          "--src-tls-verify=false",
          "docker://" + name,
          "oci:" + layout + ":it");
      assertThat(ImageContents.read(layout, "it").listing()).isEqualTo(ours.listing());

      ImageContents onTop = buildah.build(context.root(), "FROM " + name + "\nLABEL more=1\n");
      assertThat(onTop.listing()).isEqualTo(ours.listing());
    }
  }

  @Test
  void dockerRunsWhatWasPushed() throws Exception {
    Requires.program("docker-registry");
    Requires.program("busybox");
    try (Dockerd docker = Dockerd.start(folder.resolve("docker"), List.of());
        LocalRegistry registry = LocalRegistry.start(folder.resolve("registry"))) {
      context.busybox("busybox");
      for (ImageFormat format : ImageFormat.values()) {
        String name = registry.host() + "/team/" + format.name().toLowerCase(Locale.ROOT) + ":1";
        engine.buildAs(
            ImageReference.parse(name),
            context.root(),
            INSTRUCTIONS
                + "COPY busybox /busybox\nCMD [\"/busybox\", \"cat\", \"/tree/bin/run\"]\n",
            request -> {
              request.image().format(format);
              request.output().push(true).registry(new RegistryOptions(false, null, null));
            });

        docker.run("pull", "-q", name);
        assertThat(docker.run("inspect", "--format={{.Config.Labels.team}}", name))
            .isEqualTo("blue");
        assertThat(docker.run("run", "--rm", "--network=none", name)).isEqualTo("#!/bin/sh");
      }
    }
  }

  private static JsonObject json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), "answer");
  }
}
