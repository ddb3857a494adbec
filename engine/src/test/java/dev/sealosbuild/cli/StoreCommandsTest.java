package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build and what the other commands make of its image, as a user calls them. */
class StoreCommandsTest {
  @TempDir private Path directory;

  private Path context;

  @BeforeEach
  void writeContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("file"), "content\n");
    Files.writeString(context.resolve("Kubefile"), "FROM scratch\nCOPY file /\nLABEL a=b\n");
  }

  @Test
  void aBuildPrintsItsIdAndNothingElse() {
    String id = build("-t", "shop:1");

    assertThat(id).matches("[0-9a-f]{64}\n");
    assertThat(ok("images", "-q", "--no-trunc")).isEqualTo(id);
    assertThat(ok("build", "-q", "--timestamp=0", "-f-", context.toString())).isEqualTo(id);
  }

  @Test
  void theIdFileReplacesTheIdOnStandardOutput() {
    Path file = directory.resolve("id");

    assertThat(ok("build", "--iidfile", file.toString(), context.toString())).isEmpty();
    assertThat(file).content().matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void imagesAreListedByName() {
    String id = build("-t", "shop:1", "-t", "localhost:5000/shop:2");

    assertThat(ok("images"))
        .isEqualTo(
            """
            REPOSITORY               TAG   IMAGE ID       CREATED               SIZE
            docker.io/library/shop   1     %1$s   1970-01-01 00:00:00   %2$s
            localhost:5000/shop      2     %1$s   1970-01-01 00:00:00   %2$s
            """
                .formatted(
                    id.substring(0, 12), Quantity.bytes(inspect("shop:1").number("size", 0))));
    assertThat(ok("images", "-n", "localhost:5000/shop")).hasLineCount(1).contains("5000/shop ");
    assertThat(ok("images", "-n", "shop:2")).isEmpty();
    assertThat(ok("images", "--json")).contains("\"repository\" : \"localhost:5000/shop\"");
  }

  @Test
  void inspectShowsManifestAndConfiguration() {
    String id = build("-t", "shop:1").strip();

    JsonObject image = inspect(id.substring(0, 10));
    assertThat(image.string("id")).isEqualTo(id);
    assertThat(image.strings("names")).containsExactly("docker.io/library/shop:1");
    assertThat(image.object("manifest")).isNotNull();
    JsonObject config = image.object("config");
    assertThat(config).isNotNull();
    assertThat(config.object("config")).isNotNull();
    assertThat(config.object("config").stringMap("Labels")).containsEntry("a", "b");
  }

  @Test
  void namesComeAndGoAndTheImageGoesWithItsLast() {
    String id = build("-t", "shop:1").strip();
    ok("tag", "shop:1", "shop:2", "other");

    assertThat(ok("rmi", "shop:2")).isEqualTo("untagged: docker.io/library/shop:2\n");
    assertThat(failure("rmi", id)).contains("has 2 names", "--force");
    assertThat(ok("rmi", "--force", id.substring(0, 12)))
        .contains("untagged: docker.io/library/other:latest\n", "deleted: " + id + "\n");
    assertThat(ok("images", "-q")).isEmpty();
    assertThat(failure("inspect", "shop:1")).contains("no image \"shop:1\"");
  }

  @Test
  void anImageWhoseManifestIsLostCanBeRemovedAndLetsOthersBePruned() throws IOException {
    build("-t", "shop:1");
    build("--label=other=1", "-t", "other");
    String digest = String.valueOf(inspect("shop:1").string("digest")).substring(7);
    Files.write(directory.resolve("store/blobs/sha256").resolve(digest), new byte[0]);

    ok("prune");
    assertThat(ok("rmi", "shop:1")).contains("deleted: " + digest);
    assertThat(inspect("other").object("manifest")).isNotNull();
  }

  @Test
  void allImagesAreRemovedAtOnce() {
    build("-t", "shop:1", "-t", "shop:2");
    build("--label=other=1", "-t", "other");

    assertThat(ok("rmi", "--all").lines().filter(line -> line.startsWith("deleted: "))).hasSize(2);
    assertThat(ok("images", "-q")).isEmpty();
  }

  @Test
  void pruneLeavesWhatIsYoungerOrFitsInWhatIsToBeKept() throws IOException {
    Path cache = directory.resolve("store/cache");
    build("-t", "shop:1");
    ok("rmi", "shop:1");

    assertThat(ok("prune", "--older-than", "1h")).isEqualTo("0B\n");
    assertThat(ok("prune", "--keep-storage", "1GB")).isEqualTo("0B\n");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(7200)));
      }
    }
    assertThat(ok("prune", "--older-than", "1h")).matches("[1-9][0-9.]*k?B\n");
    build("-t", "shop:1");
    ok("rmi", "shop:1");
    assertThat(ok("prune", "--keep-storage", "0")).matches("[1-9][0-9.]*k?B\n");
    assertThat(failure("prune", "--keep-storage", "much")).contains("500MB");
    assertThat(ok("prune", "--format", "json")).isEqualTo("{\"spaceReclaimed\":0}\n");
    assertThat(failure("prune", "--format", "yaml")).contains("json or text");
  }

  @Test
  void pruneRemovesImagesWithNamesOnlyWhenAllAreToGo() {
    build("-t", "shop:1");

    ok("prune");
    assertThat(ok("images", "-q")).isNotEmpty();
    ok("prune", "--all");
    assertThat(ok("images", "-q")).isEmpty();
  }

  @Test
  void anIndexIsAsLargeAsItsImagesAndInspectShowsThem() {
    ok("build", "-q", "-t", "idx", "--platform=linux/amd64,linux/arm64", context.toString());
    build("-t", "shop:1");

    JsonObject index = inspect("idx");
    assertThat(index.objects("images")).hasSize(2);
    assertThat(index.number("size", 0)).isGreaterThan(inspect("shop:1").number("size", 0));
    assertThat(ok("images", "--format", "json", "idx")).contains("" + index.number("size", 0));
  }

  @Test
  void pruneEmptiesTheCacheAndTellsTheRoomItMade() {
    build("-t", "shop:1");
    ok("rmi", "shop:1");

    assertThat(ok("prune")).matches("[1-9][0-9.]*k?B\n");
    assertThat(ok("prune")).isEqualTo("0B\n");
  }

  @Test
  void aMistakeInTheFileIsShownWhereItIs() {
    Called caller = new Called().input("FROM scratch\nCOPX a b\n");

    assertThat(caller.run("--root=" + directory, "build", "-f-", context.toString()))
        .isEqualTo(125);
    assertThat(caller.err())
        .isEqualTo(
            """
            Error: <stdin>:2:1: unknown instruction "COPX"
              2 | COPX a b
                | ^
            did you mean COPY?
            """);
    assertThat(caller.out()).isEmpty();
  }

  @Test
  void jsonTellsAFailureAsItsLastLine() {
    Called caller = new Called().input("FROM scratch\nCOPY missing /\n");

    int status =
        caller.run("--root=" + directory, "build", "--progress=json", "-f-", context.toString());

    assertThat(status).isEqualTo(125);
    List<String> lines = caller.err().lines().toList();
    JsonObject last =
        Json.readObject(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8), "last");
    assertThat(last.string("event")).isEqualTo("failed");
    assertThat(last.string("problem")).contains("missing");
  }

  @Test
  void whatIsGivenTooLittleSaysHowItIsCalled() {
    assertThat(failure("tag", "shop")).contains("lacks an argument", "IMAGE NAME...");
    assertThat(failure("push")).contains("lacks an argument", "IMAGE [DESTINATION]");
    assertThat(failure("rmi")).contains("--all");
    assertThat(failure("rmi", "-a", "x")).contains("both --all and an image");
    assertThat(failure("prune", "x")).contains("one argument too many");
    assertThat(failure("tag", "shop", "UPPER")).contains("must be lower case");
  }

  @Test
  void anImageWithoutANameIsPushedOnlyWithADestination() {
    String id = build().substring(0, 12);

    assertThat(failure("push", id)).contains("push " + id + " DESTINATION");
  }

  private JsonObject inspect(String image) {
    return Json.readObject(ok("inspect", image).getBytes(StandardCharsets.UTF_8), "inspect");
  }

  private String build(String... options) {
    List<String> args = new ArrayList<>(List.of("build", "--timestamp=0", "--progress=plain"));
    args.addAll(List.of(options));
    args.add(context.toString());
    return ok(args.toArray(new String[0]));
  }

  private String ok(String... args) {
    Called caller = called(args);
    assertThat(caller.status()).as(caller.err()).isZero();
    return caller.out();
  }

  private String failure(String... args) {
    Called caller = called(args);
    assertThat(caller.status()).isEqualTo(125);
    return caller.err();
  }

  private Called called(String... args) {
    Called caller =
        new Called()
            .input("FROM scratch\nCOPY file /\nLABEL a=b\n")
            .with("SEALOS_BUILD_ROOT", directory.resolve("store").toString());
    caller.run(args);
    return caller;
  }
}
