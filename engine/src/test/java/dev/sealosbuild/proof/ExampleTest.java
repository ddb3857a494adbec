package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples carry the images that they name, and come out as buildah makes them when it is given
 * those. A local registry stands in for all that they are pulled from.
 */
class ExampleTest {
  private static final List<String> FILES =
      List.of("Sealfile", "Kubefile", "Dockerfile", "Containerfile");

  /** The images that each example has to carry, by the example's folder. */
  private static final Map<String, List<String>> IMAGES =
      Map.of(
          "binary",
          List.of(),
          "exec-scp",
          List.of("docker.io/openebs/mayastor-io-engine:v2.7.0"),
          "go-template",
          List.of("docker.io/library/nginx:1.25"),
          "hello-cluster",
          List.of("example.com/hello/page:1.0.0"),
          "helm-chart",
          List.of(
              "docker.io/library/busybox:1.36",
              "docker.io/library/nginx:1.25-alpine",
              "docker.io/nginx/nginx-prometheus-exporter:1.1.0"),
          "image-archives",
          List.of("example.com/hello/page:2.0.0"),
          "image-list",
          List.of(
              "docker.io/flannel/flannel:v0.25.1",
              "ghcr.io/flannel-io/flannel-cni-plugin:v1.4.0-flannel1"),
          "manifests",
          List.of(
              "docker.io/library/busybox:1.36",
              "docker.io/library/nginx:1.25",
              "quay.io/minio/mc:RELEASE.2024-01-31T08-59-40Z"),
          "multi-arch",
          List.of("registry.k8s.io/pause:3.9"));

  @TempDir static Path shared;
  private static LocalRegistry registry;
  private static Path registriesConf;

  @TempDir private Path folder;

  @BeforeAll
  static void standsInForPublicRegistries() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    registry = LocalRegistry.start(shared.resolve("registry"));
    PublishedImages published = new PublishedImages(shared.resolve("published"));
    StringBuilder conf = new StringBuilder();
    // Nothing has example.com: what is called so lies in archives.
    for (String host : List.of("docker.io", "ghcr.io", "quay.io", "registry.k8s.io")) {
      conf.append("[[registry]]\nprefix = \"").append(host).append("\"\ninsecure = true\n");
      conf.append("location = \"").append(registry.host()).append('/').append(host).append("\"\n");
      for (String image : imagesOf(host)) {
        published.publish(
            PublishedImages.BOTH,
            image.getBytes(StandardCharsets.UTF_8),
            List.of(registry.host() + "/" + image));
      }
    }
    registriesConf = Files.writeString(shared.resolve("registries.conf"), conf);
  }

  @AfterAll
  static void closes() {
    if (registry != null) {
      registry.close();
    }
  }

  static List<String> examples() {
    return IMAGES.keySet().stream().sorted().toList();
  }

  @Test
  void everyExampleIsTested() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("examples"))) {
      assertThat(folders.map(example -> example.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(IMAGES.keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleCarriesTheImagesThatItNamesAndIsOtherwiseAsBuildahBuildsIt(String example)
      throws Exception {
    Buildah.require();
    Path context = contextOf(example);
    Engine engine = new Engine(folder.resolve("store"));
    ImageContents ours = build(engine, context, "amd64");
    Path root = unpack(engine, folder.resolve("bundle"));
    List<String> images = IMAGES.get(example);
    assertThat(Files.isDirectory(root.resolve("registry"))).isEqualTo(!images.isEmpty());
    assertThat(context.resolve("registry")).doesNotExist();

    try (Buildah buildah = new Buildah(folder.resolve("buildah"))) {
      if (!images.isEmpty()) {
        assertCarried(images, root.resolve("registry"));
        Program.run("cp", "-a", root.resolve("registry").toString(), context.toString());
      }
      ImageContents theirs = buildah.build(context, Files.readString(instructionFile(context)));
      assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
      assertThat(Buildah.withoutDigests(ours.createdBy()))
          .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
    }
  }

  @Test
  void theExampleOfSeveralArchitecturesCarriesTheImagesOfEach() throws Exception {
    Path context = contextOf("multi-arch");
    for (String architecture : List.of("amd64", "arm64")) {
      Engine engine = new Engine(folder.resolve(architecture));
      build(engine, context, architecture);
      Path root = unpack(engine, folder.resolve("bundle-" + architecture));

      assertThat(root.resolve("opt/report")).content().contains("report for " + architecture);
      try (LocalRegistry saved = serve(root.resolve("registry"))) {
        String image = "docker://" + saved.host() + "/pause:3.9";
        String config = Program.run("skopeo", "inspect", "--config", "--tls-verify=false", image);
        assertThat(config).contains("\"A=" + architecture + "\"");
      }
    }
  }

  /** The example in a folder of the test, with the archive that it asks its user to make. */
  private Path contextOf(String example) throws IOException {
    Path context = folder.resolve("context");
    Program.run("cp", "-a", Path.of("examples", example).toString(), context.toString());
    if (example.equals("image-archives")) {
      Engine engine = new Engine(folder.resolve("page"));
      build(engine, context.resolve("page"), "amd64");
      Path archive = context.resolve("images/skopeo/page.tar");
      Program.run("skopeo", "copy", engine.skopeoName(), "docker-archive:" + archive);
    }
    return context;
  }

  private static ImageContents build(Engine engine, Path context, String architecture) {
    String conf = "--registries-conf=" + registriesConf;
    String platform = "--platform=linux/" + architecture;
    Program.Outcome outcome = engine.call(List.of(conf, platform, context.toString()), null);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return engine.image();
  }

  /** Another program's view of the root file system. */
  private Path unpack(Engine engine, Path bundle) {
    Requires.program("umoci");
    Path layout = Path.of(bundle + ".oci");
    Program.run("skopeo", "copy", engine.skopeoName(), "oci:" + layout + ":image");
    Program.run("umoci", "unpack", "--image", layout + ":image", bundle.toString());
    return bundle.resolve("rootfs");
  }

  private void assertCarried(List<String> images, Path saved) throws Exception {
    try (LocalRegistry served = serve(saved)) {
      for (String image : images) {
        String name = image.substring(image.indexOf('/') + 1);
        Path pulled = folder.resolve("pulled-" + name.replaceAll("[/:]", "-"));
        Program.run(
            "skopeo",
            "copy",
            "--src-tls-verify=false",
            "docker://" + served.host() + "/" + name,
            "oci:" + pulled + ":image");
        Program.run("umoci", "unpack", "--image", pulled + ":image", pulled + ".bundle");
        if (!image.startsWith("example.com/")) {
          assertThat(Path.of(pulled + ".bundle/rootfs/content")).hasContent(image);
        }
      }
      assertThat(tags(saved)).hasSize(images.size());
    }
  }

  private LocalRegistry serve(Path saved) throws Exception {
    return LocalRegistry.in(folder.resolve("served")).serving(saved).start();
  }

  private static List<Path> tags(Path saved) throws IOException {
    try (Stream<Path> files = Files.walk(saved)) {
      return files.filter(file -> file.endsWith("current/link")).toList();
    }
  }

  private static List<String> imagesOf(String host) {
    return IMAGES.values().stream()
        .flatMap(List::stream)
        .filter(image -> image.startsWith(host + "/"))
        .distinct()
        .toList();
  }

  private static Path instructionFile(Path folder) {
    return FILES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow();
  }
}
