package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of several platforms, from bases of several platforms. */
class PlatformsTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final Platform ARM64 = Platform.parse("linux/arm64");
  private static final Platform ARM7 = Platform.parse("linux/arm/v7");

  @TempDir static Path folder;
  private static LocalRegistry registry;
  private static Tree context;
  private static String base;

  @TempDir private Path own;

  @BeforeAll
  static void pushesABase() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    registry = LocalRegistry.start(folder.resolve("registry"));
    context = new Tree(folder.resolve("context")).file("f", "one\n").settle();
    base = registry.host() + "/base:1";
    publish("first");
  }

  @AfterAll
  static void closes() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void anIndexHasAnImageForEachPlatformOnTheBaseThatFits() throws Exception {
    String name = registry.host() + "/app:1";
    BuildResult result =
        build(
            "FROM "
                + base
                + "\nCOPY f /\nARG TARGETARCH TARGETVARIANT\nENV T=$TARGETARCH$TARGETVARIANT\n",
            request -> {
              platforms(request, ARM64, ARM7, AMD64);
              request.output().tag(ImageReference.parse(name)).push(true);
            });

    assertThat(result.manifest().mediaType()).isEqualTo(MediaType.OCI_INDEX);
    assertThat(result.images())
        .extracting(BuildResult.BuiltImage::platform)
        .containsExactly(ARM64, ARM7, AMD64);
    assertThat(result.imageId()).isEqualTo(result.manifest().digest());
    for (BuildResult.BuiltImage image : result.images()) {
      Platform platform = image.platform();
      String variant = platform.variant() == null ? "" : platform.variant();
      assertThat(configOf(image).config().env())
          .contains(
              "BASE=first/" + platform.architecture(), "T=" + platform.architecture() + variant);
    }
    assertThat(result.images().get(0).layers().get(1).descriptor())
        .as("the layer of the same files")
        .isEqualTo(result.images().get(2).layers().get(1).descriptor());
    String raw =
        Program.run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name);
    assertThat(Json.readObject(raw.getBytes(StandardCharsets.UTF_8), "").objects("manifests"))
        .hasSize(3);
    Program.run(
        "skopeo",
        "copy",
        "--all",
        "--src-tls-verify=false",
        "docker://" + name,
        "dir:" + own.resolve("copy"));
  }

  @Test
  void theSameIndexComesOutAgain() {
    String text = "FROM " + base + "\nCOPY f /\n";
    Consumer<BuildRequest.Builder> both =
        request -> {
          platforms(request, AMD64, ARM64);
          request.layers().timestamp(Instant.EPOCH);
        };
    BuildResult once = build(text, both);
    BuildResult again = buildIn(own.resolve("another"), text, both);

    assertThat(again.manifest().digest()).isEqualTo(once.manifest().digest());
  }

  @Test
  void allPlatformsAreThoseThatAllBasesHave() {
    BuildResult result =
        build(
            "FROM " + base + " AS a\nFROM " + base + "\nCOPY --from=a /b /c\n",
            request -> request.image().allPlatforms(true));

    assertThat(result.images())
        .extracting(BuildResult.BuiltImage::platform)
        .containsExactlyInAnyOrder(AMD64, ARM64, ARM7);
    assertThatThrownBy(
            () -> build("FROM scratch\nCOPY f /\n", request -> request.image().allPlatforms(true)))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("--all-platforms");
  }

  @Test
  void anImageTakesItsPlaceInAManifestList() {
    ImageReference list = ImageReference.parse("list");
    for (Platform platform : List.of(AMD64, ARM64, AMD64)) {
      build(
          "FROM scratch\nCOPY f /\nENV A=" + System.nanoTime() + "\n",
          request -> {
            platforms(request, platform);
            request.output().manifest(list);
          });
    }

    try (ImageStore store = ImageStore.open(own.resolve("store"))) {
      Descriptor found = store.find(list).orElseThrow();
      assertThat(store.imageIndex(found).manifests())
          .extracting(Descriptor::platform)
          .containsExactly(ARM64, AMD64);
    }
  }

  @Test
  void aPlatformThatTheBaseLacksIsToldWithThoseThatThereAre() {
    assertThatThrownBy(
            () ->
                build(
                    "FROM " + base + "\nCOPY f /\n",
                    request -> platforms(request, Platform.parse("linux/s390x"))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("has no image for linux/s390x")
        .extracting(e -> ((BuildException) e).remedy())
        .asString()
        .contains("linux/amd64, linux/arm64, linux/arm/v7");
  }

  @Test
  void thePolicySaysWhenTheRegistryIsAsked() throws Exception {
    String text = "FROM " + base + "\nENV A=b\n";
    assertThatThrownBy(() -> build(text, request -> request.inputs().pull(PullPolicy.NEVER)))
        .hasMessageContaining("has no image " + base);
    build(text, request -> {});
    publish("second");
    try {
      assertThat(baseOf(text, PullPolicy.NEVER)).startsWith("first/");
      assertThat(baseOf(text, PullPolicy.IF_MISSING)).startsWith("first/");
      assertThat(baseOf(text, PullPolicy.IF_NEWER)).startsWith("second/");
      publish("third");
      assertThat(baseOf(text, PullPolicy.ALWAYS)).startsWith("third/");
    } finally {
      publish("first");
    }
  }

  @Test
  void aRegistryThatIsGoneIsNoFailureWhereTheStoreWillDo() throws Exception {
    String gone;
    try (LocalRegistry other = LocalRegistry.start(own.resolve("other"))) {
      gone = other.host() + "/base:1";
      publishAs(gone, "gone");
      build("FROM " + gone + "\nENV A=b\n", request -> {});
    }
    String text = "FROM " + gone + "\nENV A=c\n";

    assertThat(baseOf(text, PullPolicy.IF_NEWER)).startsWith("gone/");
    assertThatThrownBy(() -> baseOf(text, PullPolicy.ALWAYS)).isInstanceOf(BuildException.class);
  }

  private String baseOf(String text, PullPolicy policy) {
    BuildResult result = build(text, request -> request.inputs().pull(policy));
    String prefix = "BASE=";
    return configOf(result.images().get(0)).config().env().stream()
        .filter(variable -> variable.startsWith(prefix))
        .map(variable -> variable.substring(prefix.length()))
        .findFirst()
        .orElseThrow();
  }

  private ImageConfig configOf(BuildResult.BuiltImage image) {
    try (ImageStore store = ImageStore.open(own.resolve("store"))) {
      return store.config(store.manifest(image.manifest()));
    }
  }

  private BuildResult build(String text, Consumer<BuildRequest.Builder> more) {
    return buildIn(own.resolve("store"), text, more);
  }

  private static void publish(String content) {
    publishAs(base, content);
  }

  private static void publishAs(String name, String content) {
    buildIn(
        folder.resolve("publisher"),
        "FROM scratch\nARG TARGETARCH\nENV BASE=" + content + "/$TARGETARCH\nCOPY f /b\n",
        request -> {
          platforms(request, AMD64, ARM64, ARM7);
          request.output().tag(ImageReference.parse(name)).push(true);
        });
  }

  private static void platforms(BuildRequest.Builder request, Platform... platforms) {
    for (Platform platform : platforms) {
      request.image().platform(platform);
    }
  }

  private static BuildResult buildIn(Path store, String text, Consumer<BuildRequest.Builder> more) {
    BuildRequest.Builder request = BuildRequest.of(context.root());
    request.inputs().file(new InstructionFile.Inline("Containerfile", text));
    request.output().registry(new RegistryOptions(false, null, null));
    more.accept(request);
    try (ImageStore opened = ImageStore.open(store)) {
      return new ImageBuilder(opened, Progress.silent()).build(request.build());
    }
  }
}
