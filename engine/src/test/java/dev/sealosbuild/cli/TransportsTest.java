package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images on their way between the store and archives, folders, registries and other programs. */
class TransportsTest {
  @TempDir private Path directory;

  private Path context;

  @BeforeEach
  void writeContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("file"), "content\n".repeat(50_000));
    Files.writeString(context.resolve("other"), "other\n");
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch\nCOPY file /\nCOPY other /\nLABEL team=blue\nCMD [\"/x\"]\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci-archive", "docker-archive"})
  void skopeoReadsASavedArchiveAndLoadBringsTheImageBack(String format) {
    Requires.program("skopeo");
    String id = build("shop:1");
    Path archive = directory.resolve("a.tar");
    ok("save", "-q", "--format", format, "-o", archive.toString(), "shop:1");

    JsonObject seen = json(Program.run("skopeo", "inspect", format + ":" + archive));
    assertThat(seen.stringMap("Labels")).containsEntry("team", "blue");
    Program.run("skopeo", "copy", "-q", format + ":" + archive, "oci:" + directory + "/copied:1");
    assertThat(other("load", "-q", "-i", archive.toString()))
        .isEqualTo("Loaded image: docker.io/library/shop:1\n");
    assertThat(other("images", "-q", "--no-trunc")).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci-archive", "docker-archive"})
  void theSameImageGivesTheSameArchive(String format) throws IOException {
    build("shop:1");
    Path first = directory.resolve("1.tar");
    Path second = directory.resolve("2.tar");

    ok("save", "-q", "--format", format, "-o", first.toString(), "shop:1");
    ok("save", "-q", "--format", format, "-o", second.toString(), "shop:1");

    assertThat(second).hasSameBinaryContentAs(first);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.contains("tmp")))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci:PATH:some/name:2",
        "oci-archive:PATH:some/name:2",
        "docker-archive:PATH:some/name:2",
        "dir:PATH"
      })
  void whatSkopeoWritesIsPulledWithTheSameIdAndWhatIsPushedIsReadBySkopeo(String place) {
    Requires.program("skopeo");
    String id = build("shop:1");
    String theirs = place.replace("PATH", directory + "/theirs");
    String ours = place.replace("PATH", directory + "/ours");
    Program.run("skopeo", "copy", "-q", "oci:" + store() + ":docker.io/library/shop:1", theirs);

    assertThat(other("pull", "-q", theirs)).isEqualTo(id);
    ok("push", "-q", "shop:1", ours);

    String config = Program.run("skopeo", "inspect", "--config", "--raw", ours);
    assertThat(Digest.of(config.getBytes(StandardCharsets.UTF_8)).hex()).isEqualTo(id.strip());
    Program.run("skopeo", "copy", "-q", ours, "dir:" + directory + "/through");
  }

  @Test
  void aCompressedArchiveOnStandardInputIsLoaded() throws Exception {
    Requires.program("gzip");
    build("shop:1");
    Path archive = directory.resolve("a.tar");
    ok("save", "-q", "--format", "docker-archive", "-o", archive.toString(), "shop:1");
    Program.run("gzip", archive.toString());

    assertThat(other("load", "-q", "-i", archive + ".gz")).contains("library/shop:1");
  }

  @Test
  void severalImagesGoIntoOneArchiveWhenThatIsAskedFor() throws IOException {
    build("shop:1");
    Files.writeString(context.resolve("other"), "changed\n");
    build("shop:2");
    String archive = directory.resolve("a.tar").toString();

    assertThat(failure("save", "-o", archive, "shop:1", "shop:2"))
        .contains("2 different images", "-m");
    ok("save", "-q", "-m", "-o", archive, "shop:1", "shop:2");

    assertThat(other("load", "-q", "-i", archive)).contains("shop:1\n", "shop:2\n");
  }

  @Test
  void aDamagedArchiveIsRefusedAndLeavesNoImage() throws IOException {
    build("shop:1");
    Path archive = directory.resolve("a.tar");
    ok("save", "-q", "-o", archive.toString(), "shop:1");
    byte[] bytes = Files.readAllBytes(archive);
    bytes[1024 + 20] ^= 1;
    Files.write(archive, bytes);

    Called called = new Called();
    assertThat(called.run("load", "-q", "--root", directory + "/other", "-i", archive.toString()))
        .isEqualTo(Main.FAILED);
    assertThat(other("images", "-q")).isEmpty();
  }

  @Test
  void aLayerOfADockerArchiveThatIsALinkOutOfItIsNotFollowed() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    Path archive = directory.resolve("evil.tar");
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
            + "\"diff_ids\":[\""
            + Digest.of("secret".getBytes(StandardCharsets.UTF_8))
            + "\"]}}";
    Map<String, String> files = new TreeMap<>();
    files.put("c.json", config);
    files.put("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l.tar\"]}]");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
      TarArchiveEntry link = new TarArchiveEntry("l.tar", TarConstants.LF_SYMLINK);
      link.setLinkName(secret.toString());
      out.putArchiveEntry(link);
      out.closeArchiveEntry();
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(bytes.length);
        out.putArchiveEntry(entry);
        out.write(bytes);
        out.closeArchiveEntry();
      }
    }

    assertThat(failure("load", "-i", archive.toString())).contains("the layer l.tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "zstd:chunked"})
  void layersAreCompressedAnewOnceAndReadBySkopeo(String format) throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    build("shop:1");
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String name = registry.host() + "/shop:zstd";
      Path digest = directory.resolve("digest");

      Called first = new Called();
      String[] push = {
        "push",
        "--tls-verify=false",
        "--progress=plain",
        "--compression-format=" + format,
        "--digestfile",
        digest.toString(),
        "--root",
        store(),
        "shop:1",
        name
      };
      assertThat(first.run(push)).as(first.err()).isZero();
      assertThat(first.err()).contains("compress ");
      Called second = new Called();
      assertThat(second.run(push)).isZero();
      assertThat(second.err()).doesNotContain("compress ");

      assertThat(digest).hasContent(first.out().strip());
      String raw =
          Program.run("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + name);
      assertThat(raw).contains("tar+zstd").doesNotContain("tar+gzip");
      assertThat(raw.split("zstd-chunked.manifest-checksum"))
          .hasSize(format.equals("zstd") ? 1 : 3);
      Program.run(
          "skopeo",
          "copy",
          "-q",
          "--src-tls-verify=false",
          "docker://" + name,
          "dir:" + directory + "/d");
    }
  }

  @Test
  void anImageIsPushedInDockersFormatUnderTheSameId() {
    Requires.program("skopeo");
    String id = build("shop:1");

    ok("push", "-q", "--format", "v2s2", "shop:1", "dir:" + directory + "/docker");

    JsonObject manifest =
        json(Program.run("skopeo", "inspect", "--raw", "dir:" + directory + "/docker"));
    assertThat(manifest.string("mediaType")).contains("docker.distribution.manifest.v2");
    assertThat(Objects.requireNonNull(manifest.object("config")).string("digest"))
        .isEqualTo("sha256:" + id.strip());
  }

  @Test
  void severalImagesArePulledAtOnceWithAllOfTheirLayers() throws Exception {
    Requires.program("docker-registry");
    String first = build("shop:1");
    Files.writeString(context.resolve("other"), "changed\n");
    String second = build("shop:2");
    try (LocalRegistry registry = LocalRegistry.start(directory.resolve("registry"))) {
      String one = registry.host() + "/shop:1";
      String two = registry.host() + "/shop:2";
      ok("push", "-q", "--tls-verify=false", "shop:1", one);
      ok("push", "-q", "--tls-verify=false", "shop:2", "docker://" + two);

      assertThat(other("pull", "-q", "--tls-verify=false", one, two)).isEqualTo(first + second);
    }
    // The registry is gone: what it had is here.
    other("save", "-q", "-m", "-o", directory + "/both.tar", first.strip(), second.strip());
  }

  @Test
  void imagesGoToContainersStorageAndBack() {
    Requires.program("buildah");
    Requires.program("skopeo");
    Requires.root();
    String id = build("shop:1");
    String name =
        "containers-storage:[vfs@"
            + directory
            + "/storage+"
            + directory
            + "/run]docker.io/library/shop:1";

    ok("push", "-q", "shop:1", name);

    assertThat(other("pull", "-q", name)).isEqualTo(id);
  }

  @Test
  void skopeoAsksThePolicyAboutWhatIsInContainersStorage() throws IOException {
    Requires.program("skopeo");
    Requires.root();
    String id = build("shop:1");
    String store = "[vfs@" + directory + "/storage]";
    String place = store.replace("]", "+" + directory + "/run]");
    String name = "containers-storage:" + place + "docker.io/library/shop:1";
    ok("push", "-q", "shop:1", name);

    String refused = failure("pull", "-q", policy(store + "docker.io/other"), name);
    String accepted = other("pull", "-q", policy(store + "docker.io/library"), name);

    assertThat(refused).contains("is rejected by policy");
    assertThat(accepted).isEqualTo(id);
  }

  /** Accepts of the storage what is in one scope. */
  private String policy(String scope) throws IOException {
    Path file = directory.resolve("policy.json");
    Files.writeString(
        file,
        "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"containers-storage\":{\""
            + scope
            + "\":[{\"type\":\"insecureAcceptAnything\"}]}}}");
    return "--signature-policy=" + file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:", "oci:/x:", "docker-archive:/x:@a", "docker-daemon:-x"})
  void aPlaceThatIsNoneIsRefused(String place) {
    assertThat(failure("pull", place)).contains("is no place of an image");
  }

  private String build(String name) {
    return ok("build", "-q", "--timestamp=0", "-t", name, context.toString());
  }

  private String store() {
    return directory.resolve("store").toString();
  }

  private String ok(String... args) {
    return run(Main.OK, store(), args).out();
  }

  /** With another store. */
  private String other(String... args) {
    return run(Main.OK, directory.resolve("other").toString(), args).out();
  }

  private String failure(String... args) {
    return run(Main.FAILED, store(), args).err();
  }

  private static Called run(int status, String store, String... args) {
    Called called = new Called();
    String[] all =
        Stream.concat(Stream.of(args), Stream.of("--root", store)).toArray(String[]::new);
    assertThat(called.run(all)).as(called.err()).isEqualTo(status);
    return called;
  }

  private static JsonObject json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), "answer");
  }
}
