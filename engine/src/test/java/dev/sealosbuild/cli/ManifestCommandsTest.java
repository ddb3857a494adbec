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
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifest lists, as a user makes and pushes them. */
class ManifestCommandsTest {
  @TempDir private Path directory;

  private Path context;

  @BeforeEach
  void writeContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("file"), "content\n");
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\n");
  }

  @Test
  void aListIsMadeOfImagesDescribedAndTakenApart() {
    build("amd:1", "linux/amd64");
    build("arm:1", "linux/arm64");
    ok("manifest", "create", "-q", "both:1", "amd:1");
    String added = ok("manifest", "add", "-q", "--annotation", "a=b", "both:1", "arm:1");

    assertThat(added).matches("[0-9a-f]{64}: sha256:[0-9a-f]{64}\n");
    List<JsonObject> entries = entries();
    assertThat(entries)
        .extracting(ManifestCommandsTest::architecture)
        .containsExactly("amd64", "arm64");
    assertThat(entries.get(1).stringMap("annotations")).containsEntry("a", "b");

    ok("manifest", "annotate", "--variant", "v8", "--os-features", "x,y", "both:1", "arm:1");
    JsonObject platform = Objects.requireNonNull(entries().get(1).object("platform"));
    assertThat(platform.strings("os.features")).containsExactly("x", "y");

    ok("manifest", "annotate", "--index", "--annotation", "k=v", "both:1");
    assertThat(inspect().stringMap("annotations")).containsEntry("k", "v");

    ok("manifest", "remove", "both:1", String.valueOf(entries().get(0).string("digest")));
    assertThat(entries()).extracting(ManifestCommandsTest::architecture).containsExactly("arm64");

    assertThat(run("manifest", "exists", "both:1").status()).isZero();
    ok("manifest", "rm", "both:1");
    assertThat(run("manifest", "exists", "both:1").status()).isEqualTo(1);
  }

  @Test
  void whatDescribesAnImageIsRefusedForTheListItself() {
    ok("manifest", "create", "-q", "both:1");

    assertThat(failure("manifest", "annotate", "--index", "--arch", "arm64", "both:1"))
        .contains("--index and --arch");
  }

  @Test
  void aListThatIsThereIsAddedToOnlyWhenThatIsAskedFor() {
    build("amd:1", "linux/amd64");
    ok("manifest", "create", "-q", "both:1");

    assertThat(failure("manifest", "create", "both:1")).contains("already", "--amend");
    ok("manifest", "create", "-q", "--amend", "both:1", "amd:1");
    assertThat(entries()).hasSize(1);
  }

  @Test
  void allImagesOfAnIndexAreAddedOrTheOneThatIsMeant() {
    ok("build", "-q", "-t", "idx:1", "--platform", "linux/amd64,linux/arm64", context.toString());

    ok("manifest", "create", "-q", "both:1");
    ok("manifest", "add", "-q", "--arch", "arm64", "both:1", "idx:1");
    assertThat(entries()).extracting(ManifestCommandsTest::architecture).containsExactly("arm64");
    ok("manifest", "add", "-q", "--all", "both:1", "idx:1");
    assertThat(entries()).hasSize(2);
  }

  @Test
  void anotherPlatformsImageIsWarnedOfWhereItMayRunAndNotWhereItIsListed() throws Exception {
    Requires.program("docker-registry");
    String warning = "image platform (linux/s390x)";
    build("big:1", "linux/s390x");
    String layout = "oci:" + directory.resolve("layout");
    ok("push", "-q", "big:1", layout);
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String name = registry.host() + "/big:1";
      ok("push", "-q", "--tls-verify=false", "big:1", name);
      ok("rmi", "--all");

      ok("manifest", "create", "-q", "both:1");
      for (String place : List.of(layout, "docker://" + name)) {
        Called added = run("manifest", "add", "--tls-verify=false", "both:1", place);
        assertThat(added.status()).as(added.err()).isZero();
        assertThat(added.err()).doesNotContain(warning);
        assertThat(run("pull", "--tls-verify=false", place).err()).contains(warning);
      }
      assertThat(entries()).extracting(ManifestCommandsTest::architecture).containsExactly("s390x");
    }
  }

  @Test
  void layersAreCompressedAtTheLevelThatIsAskedFor() throws IOException {
    build("amd:1", "linux/amd64");
    ok("push", "-q", "amd:1", "oci:" + directory.resolve("plain"));
    ok("push", "-q", "--compression-level=1", "amd:1", "oci:" + directory.resolve("level"));

    String plain = Files.readString(directory.resolve("plain/index.json"));
    assertThat(Files.readString(directory.resolve("level/index.json"))).isNotEqualTo(plain);
  }

  @Test
  void whatIsMissingOfAnIndexIsFetchedByTheNameWhoseRegistryHasIt() throws Exception {
    Requires.program("docker-registry");
    ok("build", "-q", "-t", "idx:1", "--platform", "linux/amd64,linux/arm64", context.toString());
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String there = registry.host() + "/team/idx:1";
      ok("push", "-q", "--tls-verify=false", "idx:1", there);
      ok("prune", "--all");
      ok("pull", "-q", "--tls-verify=false", there);
      ok("tag", there, "localhost:1/mine:1");

      String archive = directory.resolve("archive").toString();
      ok("save", "-q", "--tls-verify=false", "-o", archive, "localhost:1/mine:1");
      ok("prune", "--all");
      ok("load", "-q", "-i", archive);
      ok("manifest", "create", "-q", "both:1");
      ok("manifest", "add", "-q", "--all", "both:1", "localhost:1/mine:1");
      assertThat(entries()).hasSize(2);
    }
  }

  @Test
  void skopeoReadsAListThatWasPushedFromRemoteImages() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    build("amd:1", "linux/amd64");
    build("arm:1", "linux/arm64");
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String repository = registry.host() + "/team/";
      ok("push", "-q", "--tls-verify=false", "amd:1", repository + "amd:1");
      ok("push", "-q", "--tls-verify=false", "arm:1", repository + "arm:1");
      ok("rmi", "--all");

      ok("manifest", "create", "-q", "both:1");
      ok(
          "manifest",
          "add",
          "-q",
          "--tls-verify=false",
          "both:1",
          "docker://" + repository + "amd:1");
      ok(
          "manifest",
          "add",
          "-q",
          "--tls-verify=false",
          "--arch=arm64",
          "both:1",
          "docker://" + repository + "arm:1");
      String digest =
          ok(
              "manifest",
              "push",
              "-q",
              "--rm",
              "--tls-verify=false",
              "both:1",
              repository + "both:1");

      String copied = "dir:" + directory.resolve("copied");
      Program.run(
          "skopeo",
          "copy",
          "-q",
          "--all",
          "--src-tls-verify=false",
          "docker://" + repository + "both:1",
          copied);
      JsonObject seen =
          json(
              Program.run(
                  "skopeo",
                  "inspect",
                  "--tls-verify=false",
                  "--override-arch=arm64",
                  "docker://" + repository + "both:1"));
      assertThat(seen.string("Architecture")).isEqualTo("arm64");
      assertThat(digest).startsWith("sha256:");
      assertThat(run("manifest", "exists", "both:1").status()).isEqualTo(1);
    }
  }

  @Test
  void theImagesOfAnIndexThatAreNotHereAreFetchedWhenAllArePushed() throws Exception {
    Requires.program("docker-registry");
    ok("build", "-q", "-t", "idx:1", "--platform", "linux/amd64,linux/arm64", context.toString());
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String name = registry.host() + "/idx:1";
      ok("push", "-q", "--tls-verify=false", "idx:1", name);
      ok("rmi", "--all");
      ok("prune");
      ok("pull", "-q", "--tls-verify=false", "--platform=linux/amd64", name);

      Called alone = run("push", "--tls-verify=false", name, "oci:" + directory + "/one:1");
      assertThat(alone.status()).as(alone.err()).isZero();
      assertThat(alone.err()).contains("--all pushes all");
      ok("push", "-q", "--all", "--tls-verify=false", name, "oci:" + directory + "/all:1");
    }
    assertThat(Files.exists(directory.resolve("one/index.json"))).isTrue();
    Called loaded = new Called();
    assertThat(
            loaded.run(
                "pull",
                "-q",
                "--all-platforms",
                "--root",
                directory + "/o",
                "oci:" + directory + "/all:1"))
        .as(loaded.err())
        .isZero();
  }

  @Test
  void aWordThatIsNoCommandOfListsIsToldOf() {
    assertThat(failure("manifest", "creat")).contains("manifest creat", "manifest create");
    assertThat(failure("manifest")).contains("lacks a command");
  }

  private static String architecture(JsonObject entry) {
    return String.valueOf(Objects.requireNonNull(entry.object("platform")).string("architecture"));
  }

  private List<JsonObject> entries() {
    return inspect().objects("manifests");
  }

  private JsonObject inspect() {
    return json(ok("manifest", "inspect", "-q", "both:1"));
  }

  private void build(String name, String platform) {
    ok("build", "-q", "--timestamp=0", "--platform", platform, "-t", name, context.toString());
  }

  private String ok(String... args) {
    Called called = run(args);
    assertThat(called.status()).as(called.err()).isZero();
    return called.out();
  }

  private String failure(String... args) {
    Called called = run(args);
    assertThat(called.status()).isEqualTo(Main.FAILED);
    return called.err();
  }

  private Called run(String... args) {
    Called called = new Called();
    called.run(
        Stream.concat(Stream.of(args), Stream.of("--root", directory + "/store"))
            .toArray(String[]::new));
    return called;
  }

  private static JsonObject json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), "answer");
  }
}
