package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster image has the images that its context names, as a real registry can serve them. */
class SavedImagesTest {
  private static final String BOTH = PublishedImages.BOTH;

  @TempDir static Path folder;
  private static LocalRegistry registry;
  private static PublishedImages published;
  private static int contexts;

  @TempDir private Path own;

  @BeforeAll
  static void pushesImages() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    registry = LocalRegistry.start(folder.resolve("registry"));
    published = new PublishedImages(folder.resolve("published"));
    for (String name : new String[] {"apps/a:1", "apps/b:1", "other/c:2"}) {
      publish(name, BOTH, name);
    }
    publish("apps/single:1", "linux/amd64", "single");
  }

  @AfterAll
  static void closes() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aRegistryOverTheSavedFilesHasEveryImageByTagAndByDigest() throws Exception {
    Tree context =
        context()
            .file(
                "images/shim/list",
                "# one\n" + host() + "/apps/a:1\r\n\"" + host() + "/apps/b:1\"\n")
            .file("manifests/pod.yaml", pod("other/c:2"));
    Engine engine = new Engine(own.resolve("store"));
    build(engine, context, "FROM scratch\nCOPY registry registry\nCOPY manifests manifests\n");

    Path root = unpack(engine.image().blobPath(engine.image().layers().get(0)));
    try (LocalRegistry saved =
        LocalRegistry.in(own.resolve("saved")).serving(root.resolve("registry")).start()) {
      for (String image : new String[] {"apps/a:1", "apps/b:1", "other/c:2"}) {
        String name = image.substring(0, image.indexOf(':'));
        String there = "docker://" + saved.host() + "/";
        Path copy = own.resolve(name.replace('/', '-'));
        skopeo("copy", "--src-tls-verify=false", there + image, "dir:" + copy);
        skopeo("copy", "--src-tls-verify=false", there + name + "@" + digest(image), "dir:" + copy);
      }
    }
    assertThat(context.path("registry")).doesNotExist();
    assertThat(engine.image().manifest().object("annotations").string("sealos.io.saved-images"))
        .isEqualTo("3");
  }

  @Test
  void anotherBuildAsksOnceForEachImageAndWithALockForNone() throws Exception {
    Tree context =
        context().file("images/shim/list", host() + "/apps/a:1\n" + host() + "/apps/b:1\n");
    Engine engine = new Engine(own.resolve("store"));
    String lock = "--save-image-lock=" + own.resolve("lock.json");
    build(engine, context, "FROM scratch\nCOPY . /\n", lock, "--update-lock");
    String first = engine.image().digest();

    int before = requests();
    build(engine, context, "FROM scratch\nCOPY . /\n");
    assertThat(requests() - before).isEqualTo(2);
    before = requests();
    build(engine, context, "FROM scratch\nCOPY . /\n", lock);
    assertThat(requests() - before).isZero();
    assertThat(engine.image().digest()).isEqualTo(first);
    assertThat(own.resolve("lock.json")).content().contains(digest("apps/a:1"), "apps/b:1");
  }

  @Test
  void aLockHoldsAnImageWhoseTagHasMoved() throws Exception {
    publish("apps/moving:1", BOTH, "old");
    Tree context = context().file("images/shim/list", host() + "/apps/moving:1\n");
    String lock = "--save-image-lock=" + own.resolve("lock.json");
    Engine engine = new Engine(own.resolve("store"));
    build(engine, context, "FROM scratch\nCOPY registry registry\n", lock, "--timestamp=1");
    String old = engine.image().digest();
    publish("apps/moving:1", BOTH, "new");

    Engine other = new Engine(own.resolve("other"));
    build(other, context, "FROM scratch\nCOPY registry registry\n", lock, "--timestamp=1");
    assertThat(other.image().digest()).isEqualTo(old);
    build(
        other,
        context,
        "FROM scratch\nCOPY registry registry\n",
        lock,
        "--timestamp=1",
        "--update-lock");
    assertThat(other.image().digest()).isNotEqualTo(old);
  }

  @Test
  void eachPlatformCarriesItsOwnImages() throws Exception {
    Tree context = context().file("images/shim/list", host() + "/apps/a:1\n");
    Engine engine = new Engine(own.resolve("store"));
    Path metadata = own.resolve("metadata");
    build(
        engine,
        context,
        "FROM scratch\nCOPY registry /\n",
        "--platform=" + BOTH,
        "--metadata-file=" + metadata);

    List<JsonObject> saved =
        Json.readObject(Files.readAllBytes(metadata), "").objects("sealosbuild.savedImages");
    assertThat(saved)
        .extracting(image -> image.string("platform"))
        .containsExactlyInAnyOrder("linux/amd64", "linux/arm64");
    assertThat(saved).extracting(image -> image.string("savedDigest")).doesNotHaveDuplicates();
    assertThat(saved).extracting(image -> image.string("digest")).containsOnly(digest("apps/a:1"));
  }

  @Test
  void savedFilesAreMergedWithARegistryThatTheContextHas() throws Exception {
    Tree context =
        context()
            .file("images/shim/list", host() + "/apps/a:1\n")
            .file("registry/docker/note", "kept")
            .file(".dockerignore", "registry/docker/hidden\n")
            .file("registry/docker/hidden", "x");
    Engine engine = new Engine(own.resolve("store"));
    build(engine, context, "FROM scratch\nCOPY registry registry\n");

    Path root = unpack(engine.image().blobPath(engine.image().layers().get(0)));
    assertThat(root.resolve("registry/docker/note")).hasContent("kept");
    assertThat(root.resolve("registry/docker/hidden")).doesNotExist();
    assertThat(root.resolve("registry/docker/registry/v2/repositories/apps/a")).isDirectory();
  }

  @Test
  void twoImagesOfOneNameAndDifferentContentAreAMistake() throws Exception {
    try (LocalRegistry second = LocalRegistry.start(own.resolve("second"))) {
      publishTo(second.host(), "apps/a:1", BOTH, "different");
      Tree context =
          context()
              .file("images/shim/list", host() + "/apps/a:1\n" + second.host() + "/apps/a:1\n");

      assertThat(fails(context))
          .contains(host() + "/apps/a:1")
          .contains(second.host() + "/apps/a:1")
          .contains("images/shim/list:2");
    }
  }

  @Test
  void aMissingPlatformAndAMissingImageAreToldWithTheirPlace() throws Exception {
    Tree single = context().file("manifests/p.yaml", pod("apps/single:1"));
    assertThat(fails(single, "--platform=linux/arm64"))
        .contains("apps/single:1")
        .contains("linux/arm64")
        .contains("linux/amd64")
        .contains("manifests/p.yaml:5");
    Tree missing = context().file("images/shim/list", host() + "/apps/none:1\n");
    assertThat(fails(missing)).contains("apps/none:1").contains("images/shim/list:1");
  }

  @Test
  void whatIsNotWantedIsNotFetched() throws Exception {
    Tree context = context().file("images/shim/list", host() + "/apps/a:1\n");
    int before = requests();

    Engine engine = new Engine(own.resolve("store"));
    assertThat(build(engine, context, "FROM scratch\nCOPY . /\n", "--save-image=false").err())
        .contains("--save-image=false");
    assertThat(build(engine, context, "FROM scratch\nCOPY images /\n").err())
        .contains("not saved, as no COPY takes registry");
    assertThat(requests()).isEqualTo(before);
  }

  @Test
  void whereThereAreNoImagesToCopyItIsToldWhatWouldPutThemThere() throws Exception {
    Tree listed = context().file("images/shim/list", host() + "/apps/a:1\n");
    String copy = "FROM scratch\nCOPY registry registry\n";
    assertThat(failsAs(copy, listed, "--save-image=false"))
        .contains("\"registry\" is not in the build context", "unless --save-image=false is given");
    Tree empty = new Tree(own.resolve("empty")).file("other", "");
    assertThat(failsAs(copy, empty))
        .contains("\"registry\" is not in the build context", "images/shim, manifests or charts");
  }

  @Test
  void anImageOfTheStoreIsTakenFromThere() throws Exception {
    Engine engine = new Engine(own.resolve("store"));
    Tree app = new Tree(own.resolve("app")).file("f", "local").settle();
    ok(
        engine.call(
            List.of(
                "-t",
                "localhost/apps/local:1",
                "-f",
                instructions("FROM scratch\nCOPY f /\n"),
                app.root().toString()),
            null));
    Tree context = context().file("images/shim/list", "localhost/apps/local:1\n");

    assertThat(build(engine, context, "FROM scratch\nCOPY registry /\n").err())
        .contains("SAVED IMAGE")
        .contains("stored");
  }

  @Test
  void imagesOfArchivesAreSavedUnderTheNamesThatTheListGives() throws Exception {
    Tree context =
        context()
            .directory("images/skopeo")
            .file("images/shim/list", "oci-archive:archives/b.tar:b@quay.io/team/b:2\n")
            .directory("archives")
            .file("images/skopeo/tar.txt", "docker-archive:a.tar@apps/a:7\n");
    String from = "docker://" + host() + "/apps/";
    Path docker = context.path("images/skopeo/a.tar");
    skopeo("copy", "--src-tls-verify=false", from + "a:1", "docker-archive:" + docker);
    Path oci = context.path("archives/b.tar");
    skopeo("copy", "--src-tls-verify=false", from + "b:1", "oci-archive:" + oci + ":b");
    Engine engine = new Engine(own.resolve("store"));
    int before = requests();

    build(engine, context, "FROM scratch\nCOPY registry registry\n");

    assertThat(requests()).isEqualTo(before);
    Path root = unpack(engine.image().blobPath(engine.image().layers().get(0)));
    try (LocalRegistry saved =
        LocalRegistry.in(own.resolve("saved")).serving(root.resolve("registry")).start()) {
      for (String image : new String[] {"apps/a:7", "team/b:2"}) {
        skopeo(
            "copy",
            "--src-tls-verify=false",
            "docker://" + saved.host() + "/" + image,
            "dir:" + own.resolve("copy"));
      }
    }
  }

  private static Tree context() throws IOException {
    return new Tree(folder.resolve("context" + contexts++));
  }

  private static String pod(String image) {
    return """
        apiVersion: v1
        kind: Pod
        spec:
          containers:
          - image: %s/%s
        """
        .formatted(host(), image);
  }

  private static String host() {
    return registry.host();
  }

  private static void publish(String image, String platforms, String content) throws IOException {
    publishTo(host(), image, platforms, content);
  }

  private static void publishTo(String host, String image, String platforms, String content)
      throws IOException {
    published.publish(
        platforms, content.getBytes(StandardCharsets.UTF_8), List.of(host + "/" + image));
  }

  private String instructions(String text) throws IOException {
    return Files.writeString(own.resolve("Sealfile"), text).toString();
  }

  private Program.Outcome build(Engine engine, Tree context, String instructions, String... options)
      throws IOException {
    return ok(engine.call(arguments(context, instructions, options), null));
  }

  private String fails(Tree context, String... options) throws IOException {
    return failsAs("FROM scratch\nCOPY . /\n", context, options);
  }

  private String failsAs(String instructions, Tree context, String... options) throws IOException {
    Engine engine = new Engine(own.resolve("failing"));
    Program.Outcome outcome = engine.call(arguments(context, instructions, options), null);
    assertThat(outcome.exit()).isEqualTo(125);
    return outcome.err();
  }

  private List<String> arguments(Tree context, String instructions, String... options)
      throws IOException {
    context.settle();
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--tls-verify=false", "-f", instructions(instructions)));
    arguments.add(context.root().toString());
    return arguments;
  }

  private static Program.Outcome ok(Program.Outcome outcome) {
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  /** What the image's name stands for in the registry. */
  private static String digest(String image) {
    return Program.run(
            "skopeo",
            "inspect",
            "--tls-verify=false",
            "--format={{.Digest}}",
            "docker://" + host() + "/" + image)
        .strip();
  }

  private static int requests() throws IOException {
    try (Stream<String> lines = registry.log().lines()) {
      return (int)
          lines.filter(line -> line.contains("\"GET /v2/") || line.contains("\"HEAD /v2/")).count();
    }
  }

  private static void skopeo(String... arguments) {
    Program.run(Program.command(List.of("skopeo"), arguments));
  }

  private Path unpack(Path layer) throws IOException {
    Path root = Files.createDirectories(own.resolve("unpacked"));
    Program.run("tar", "-xf", layer.toString(), "-C", root.toString());
    return root;
  }
}
