package dev.sealosbuild.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests, indexes and configurations as other tools write them. */
class ImageDocumentsTest {
  private static final String HEX =
      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

  private static final String DOCKER_MANIFEST =
      """
      {
         "schemaVersion": 2,
         "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 1457,
            "digest": "sha256:%1$s"
         },
         "layers": [
            {
               "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
               "size": 10000000000,
               "digest": "sha256:%1$s"
            }
         ]
      }"""
          .formatted(HEX);

  @Test
  void manifestKeepsItsBytesAndSoItsDigest() {
    byte[] bytes = DOCKER_MANIFEST.getBytes(UTF_8);

    Manifest manifest = Manifest.read(bytes, MediaType.OCI_MANIFEST);

    assertThat(manifest.bytes()).isEqualTo(bytes);
    assertThat(manifest.digest()).isEqualTo(Digest.of(bytes));
    assertThat(manifest.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(manifest.layers()).hasSize(1);
    assertThat(manifest.layers().get(0).size()).isEqualTo(10_000_000_000L);
    assertThat(manifest.totalSize()).isEqualTo(bytes.length + 1457 + 10_000_000_000L);
    assertThat(manifest.descriptor().size()).isEqualTo(bytes.length);
  }

  @Test
  void manifestWithoutAMediaTypeHasTheOneItWasGivenWith() {
    String text = DOCKER_MANIFEST.replaceFirst("\"mediaType\": [^,]*,", "");

    assertThat(Manifest.read(text.getBytes(UTF_8), MediaType.OCI_MANIFEST).mediaType())
        .isEqualTo(MediaType.OCI_MANIFEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"schemaVersion\":1}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":\"2\"}",
        "{\"schemaVersion\":2,\"config\":{}}",
        "{\"schemaVersion\":2,\"config\":{\"size\":-1,\"digest\":\"sha256:00\"}}",
        "{\"schemaVersion\":2,\"config\":{\"size\":1,\"digest\":\"sha256:00\"}}",
        "{\"schemaVersion\":2,\"config\":{\"size\":1e3,\"digest\":\"sha256:00\"}}",
        "{\"schemaVersion\":2,\"mediaType\":\"text/plain\",\"config\":{}}",
        "{\"schemaVersion\":2,\"schemaVersion\":2}"
      })
  void whatIsNoManifestIsRefused(String text) {
    assertThatThrownBy(() -> Manifest.read(text.getBytes(UTF_8), MediaType.OCI_MANIFEST))
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("manifest sha256:");
  }

  @Test
  void documentsLargerThanTheirLimitsAreRefused() {
    byte[] large = new byte[Manifest.MAX_BYTES + 1];

    assertThatThrownBy(() -> Manifest.read(large, MediaType.OCI_MANIFEST))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("bytes");
    assertThatThrownBy(() -> ImageIndex.read(large, MediaType.OCI_INDEX))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("bytes");
    assertThatThrownBy(() -> ImageConfig.read(new byte[ImageConfig.MAX_BYTES + 1]))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("bytes");
  }

  @Test
  void manifestListOfDockerIsAnIndex() {
    String text =
        """
        {"schemaVersion":2,
         "mediaType":"application/vnd.docker.distribution.manifest.list.v2+json",
         "manifests":[
          {"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":7,
           "digest":"sha256:%1$s","platform":{"architecture":"arm","os":"linux","variant":"v7"}},
          {"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":8,
           "digest":"sha256:%1$s","platform":{"architecture":"amd64","os":"windows",
             "os.version":"10.0.17763.1","os.features":["win32k"]}}]}"""
            .formatted(HEX);

    ImageIndex index = ImageIndex.read(text.getBytes(UTF_8), MediaType.OCI_INDEX);

    assertThat(index.digest()).isEqualTo(Digest.of(text.getBytes(UTF_8)));
    assertThat(index.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST_LIST);
    assertThat(index.find(Platform.parse("linux/arm")).orElseThrow().size()).isEqualTo(7);
    Platform windows = index.manifests().get(1).platform();
    assertThat(windows).isNotNull();
    assertThat(java.util.Objects.requireNonNull(windows).osFeatures()).containsExactly("win32k");
  }

  @Test
  void configurationOfDockerIsReadAndWrittenAgain() {
    String text =
        """
        {"architecture":"amd64","os":"linux","created":"2024-01-02T03:04:05.678Z","author":"me",
         "container":"abc","docker_version":"20.10",
         "config":{"Hostname":"","User":"app:1","ExposedPorts":{"80/tcp":{},"443/tcp":{}},
          "Env":["PATH=/bin","EMPTY=","A=b=c"],"Cmd":["sh","-c","x"],"Entrypoint":null,
          "Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":30000000000,"Retries":3},
          "Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"z":"1","a":"2","n":null},
          "StopSignal":"SIGINT","Shell":["/bin/bash","-c"],"OnBuild":["RUN x"]},
         "rootfs":{"type":"layers","diff_ids":["sha256:%1$s"]},
         "history":[{"created":"2024-01-02T03:04:05Z","created_by":"COPY a"},
                    {"created_by":"CMD","empty_layer":true}]}"""
            .formatted(HEX);

    ImageConfig config = ImageConfig.read(text.getBytes(UTF_8));

    assertThat(config.config().environment("A")).isEqualTo("b=c");
    assertThat(config.config().environment("EMPTY")).isEmpty();
    assertThat(config.config().environment("PAT")).isNull();
    assertThat(config.config().entrypoint()).isNull();
    assertThat(config.config().labels()).containsEntry("n", "").containsKeys("z", "a");
    assertThat(config.history().get(1).emptyLayer()).isTrue();
    assertThat(ImageConfig.read(config.toBytes(true))).isEqualTo(config);
    ImageConfig oci = ImageConfig.read(config.toBytes(false));
    assertThat(oci.config().healthcheck()).isNull();
    assertThat(oci.config().onBuild()).isEmpty();
    assertThat(oci.diffIds()).isEqualTo(config.diffIds());
  }

  @Test
  void emptyCommandIsNotTheSameAsNone() {
    ImageConfig scratch = ImageConfig.scratch(new Platform("linux", "amd64", null));
    ImageConfig emptied = scratch.withConfig(scratch.config().withEntrypoint(List.of()));

    assertThat(new String(emptied.toBytes(false), UTF_8)).contains("\"Entrypoint\":[]");
    assertThat(ImageConfig.read(scratch.toBytes(false)).config().entrypoint()).isNull();
  }

  @Test
  void digestsOfBothAlgorithmsAreTakenAndNoOther() {
    assertThat(Digest.parse("sha256:" + HEX).shortHex()).isEqualTo("2c26b46b68ff");
    assertThat(Digest.parse("sha512:" + HEX + HEX).bytes()).hasSize(64);
    for (String wrong :
        List.of(
            "",
            "sha256",
            "sha256:",
            HEX,
            "sha256:" + HEX.substring(1),
            "md5:" + HEX,
            "sha512:" + HEX,
            "SHA256:" + HEX,
            "sha256:" + HEX.toUpperCase(java.util.Locale.ROOT),
            "sha256:../" + HEX.substring(3),
            "sha256: " + HEX.substring(1))) {
      assertThatThrownBy(() -> Digest.parse(wrong)).isInstanceOf(BuildException.class);
    }
  }
}
