package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.build.LayerOptions.Merging;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that change what an image says of itself, and how many layers it has. */
class ImageOptionsTest {
  private static final ImageReference BASE = ImageReference.parse("localhost/base");
  private static final String ON_BASE = "FROM localhost/base\nENV B=2\nCOPY b /b\nLABEL y=2\n";

  @TempDir Path folder;
  private Engine engine;
  private Path context;

  @BeforeEach
  void makesABase() {
    engine = new Engine(folder.resolve("store"));
    context =
        new Tree(folder.resolve("context")).file("a", "hi\n").file("b", "bb\n").settle().root();
    engine.buildAs(
        BASE,
        context,
        "FROM scratch\nENV A=1\nLABEL x=1\nCOPY a /a\nCOPY a /b\n",
        request -> request.image().annotation("k", "base").osFeature("f1").osVersion("1"));
  }

  @Test
  void whatIsUnsetIsGoneWhoeverSetIt() {
    ImageContents image =
        build(
            ON_BASE,
            request ->
                request
                    .image()
                    .environment("C", "3")
                    .label("z", "3")
                    .annotation("l", "own")
                    .unsetEnvironment("A")
                    .unsetEnvironment("C")
                    .unsetLabel("x")
                    .unsetLabel("z")
                    .unsetAnnotation("k")
                    .unsetAnnotation("org.opencontainers.image.base.digest"));

    assertThat(config(image).strings("Env")).contains("B=2").doesNotContain("A=1", "C=3");
    assertThat(config(image).stringMap("Labels")).isEqualTo(Map.of("y", "2"));
    assertThat(image.manifest().stringMap("annotations"))
        .containsOnlyKeys("org.opencontainers.image.base.name", "l");
  }

  @Test
  void whatAnOptionUnsetsMakesAnotherImageOfABaseAlone() {
    String text = "FROM localhost/base\n";
    String alone = build(text, request -> {}).digest();

    assertThat(build(text, request -> request.image().unsetLabel("x")).digest())
        .isNotEqualTo(alone);
    assertThat(config(engine.image()).stringMap("Labels")).isEmpty();
    assertThat(build(text, request -> request.image().unsetLabel("no-such")).digest())
        .isEqualTo(alone);
    assertThat(build(text, request -> request.image().history(false)).config().objects("history"))
        .isEmpty();
  }

  @Test
  void labelsAndAnnotationsOfTheBaseAreInheritedUnlessNotWanted() {
    ImageContents image =
        build(ON_BASE, request -> request.image().inheritLabels(false).inheritAnnotations(false));

    assertThat(config(image).stringMap("Labels")).isEqualTo(Map.of("y", "2"));
    assertThat(image.manifest().stringMap("annotations")).doesNotContainKey("k");
    assertThat(build(ON_BASE, request -> {}).manifest().stringMap("annotations"))
        .containsEntry("k", "base");
  }

  @Test
  void theTimeAndTheProgramAreToldWhenAskedFor() {
    ImageContents image =
        build(
            ON_BASE,
            request -> {
              request.image().createdAnnotation(true).identity("9.9");
              request.layers().timestamp(Instant.EPOCH);
            });

    assertThat(image.manifest().stringMap("annotations"))
        .containsEntry("org.opencontainers.image.created", "1970-01-01T00:00:00Z");
    assertThat(config(image).stringMap("Labels")).containsEntry("dev.sealosbuild.version", "9.9");
  }

  @Test
  void thePlatformIsWhatWasAskedFor() {
    ImageContents image =
        build(
            ON_BASE,
            request ->
                request
                    .image()
                    .platform(Platform.parse("windows/arm/v6"))
                    .osVersion("10.0")
                    .osFeature("f1-")
                    .osFeature("win32k"));

    assertThat(image.config().string("os")).isEqualTo("windows");
    assertThat(image.config().string("architecture")).isEqualTo("arm");
    assertThat(image.config().string("variant")).isEqualTo("v6");
    assertThat(image.config().string("os.version")).isEqualTo("10.0");
    assertThat(image.config().strings("os.features")).containsExactly("win32k");
    assertThat(build(ON_BASE, request -> {}).config().strings("os.features")).containsExactly("f1");
  }

  @Test
  void squashedItIsOneLayerAndTheBasesHistoryIsGone() {
    List<String> files = build(ON_BASE, request -> {}).listing();
    ImageContents image = build(ON_BASE, request -> request.layers().merging(Merging.ALL));

    assertThat(image.layers()).hasSize(1);
    assertThat(image.listing()).isEqualTo(files);
    assertThat(image.createdBy()).hasSize(3);
    assertThat(image.emptyLayers()).containsExactly(true, true, false);
    assertThat(build(ON_BASE, request -> request.layers().merging(Merging.ALL)).digest())
        .isEqualTo(image.digest());
  }

  @Test
  void withoutLayersTheInstructionsOfTheTargetMakeOne() {
    String text = ON_BASE + "COPY a /c\nCOPY b /a\n";
    List<String> files = build(text, request -> {}).listing();
    ImageContents image = build(text, request -> request.layers().merging(Merging.NEW));

    assertThat(image.layers()).hasSize(3);
    assertThat(image.listing()).isEqualTo(files);
    assertThat(image.emptyLayers())
        .containsExactly(true, true, false, false, true, true, true, true, false);
  }

  @ParameterizedTest
  @CsvSource({"GZIP,1,tar+gzip", "GZIP,9,tar+gzip", "ZSTD,19,tar+zstd"})
  void layersAreCompressedAtTheLevelAskedFor(String kind, int level, String type) {
    LayerCompression compression =
        kind.equals("GZIP") ? LayerCompression.GZIP : LayerCompression.ZSTD;
    ImageContents image =
        build(
            "FROM scratch\nCOPY a /a\n",
            request -> request.layers().compression(compression.atLevel(level)));

    assertThat(image.layers().get(0).string("mediaType")).endsWith(type);
    assertThat(image.listing()).hasSize(1);
  }

  @Test
  void filesKeepTheirTimesOrAreClampedToTheEpoch() throws IOException {
    Files.setLastModifiedTime(
        context.resolve("b"), java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(50)));
    String text = "FROM scratch\nCOPY a b /x/\n";
    Instant epoch = Instant.ofEpochSecond(100);

    ImageContents kept =
        build(text, request -> request.layers().time(new BuildTime(epoch, BuildTime.Files.KEPT)));
    assertThat(kept.config().string("created")).isEqualTo("1970-01-01T00:01:40Z");
    long own = Files.getLastModifiedTime(context.resolve("a")).toInstant().getEpochSecond();
    assertThat(times(kept)).containsExactlyInAnyOrder(own, 50L, 100L);
    ImageContents clamped =
        build(
            text, request -> request.layers().time(new BuildTime(epoch, BuildTime.Files.CLAMPED)));
    assertThat(times(clamped)).containsExactlyInAnyOrder(100L, 50L, 100L);
  }

  @Test
  void triggersAreDroppedFromOciAndKeptInDockersFormat() {
    String text = "FROM scratch AS b\nONBUILD COPY a /onb\nONBUILD LABEL t=1\nFROM b\nLABEL y=1\n";

    assertThat(config(build(text, request -> {})).stringMap("Labels")).isEqualTo(Map.of("y", "1"));
    ImageContents docker = build(text, request -> request.image().format(ImageFormat.DOCKER));
    assertThat(config(docker).stringMap("Labels")).isEqualTo(Map.of("t", "1", "y", "1"));
    assertThat(config(docker).strings("OnBuild")).isNull();
    assertThat(docker.layers()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FOO", "0", "-9", "SIGRTMIN+16", "SIG"})
  void whatIsNoSignalIsRefused(String signal) {
    assertThatThrownBy(() -> build("FROM scratch\nSTOPSIGNAL " + signal + "\n", request -> {}))
        .hasMessageContaining("\"" + signal + "\" is not a signal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SIGTERM", "kill", "SIGRTMIN+3", "9", "999"})
  void signalsAreKeptAsTheyAreWritten(String signal) {
    assertThat(
            config(build("FROM scratch\nSTOPSIGNAL " + signal + "\n", request -> {}))
                .string("StopSignal"))
        .isEqualTo(signal);
  }

  @Test
  void aSourcePolicyDeniesAndReplacesImages() {
    String replaced =
        policy("CONVERT", "docker-image://docker.io/library/sh?ll:*", "localhost/base");

    assertThat(config(build("FROM shell:3\nLABEL y=2\n", withPolicy(replaced))).stringMap("Labels"))
        .isEqualTo(Map.of("x", "1", "y", "2"));
    assertThatThrownBy(
            () -> build(ON_BASE, withPolicy(policy("DENY", "docker-image://localhost/*", ""))))
        .hasMessageContaining("the source policy denies docker-image://localhost/base:latest");
    assertThatThrownBy(() -> build(ON_BASE, withPolicy(policy("MAYBE", "x", ""))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("has the action MAYBE");
    assertThat(build(ON_BASE, withPolicy(policy("DENY", "docker-image://localhost/base", ""))))
        .isNotNull();
  }

  private Consumer<BuildRequest.Builder> withPolicy(String json) {
    Path file = folder.resolve("policy.json");
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return request -> request.inputs().sourcePolicy(file);
  }

  private static String policy(String action, String identifier, String replacement) {
    return "{\"rules\":[{\"action\":\""
        + action
        + "\",\"selector\":{\"identifier\":\""
        + identifier
        + "\"},\"updates\":{\"identifier\":\"docker-image://"
        + replacement
        + "\"}}]}";
  }

  private static List<Long> times(ImageContents image) throws IOException {
    List<Long> times = new ArrayList<>();
    Path blob = image.blobPath(image.layers().get(0));
    try (LayerReader layer = LayerReader.open(Files.newInputStream(blob), Compression.GZIP)) {
      for (LayerEntry entry = layer.next(); entry != null; entry = layer.next()) {
        times.add(entry.mtimeSeconds());
      }
    }
    return times;
  }

  private ImageContents build(String text, Consumer<BuildRequest.Builder> more) {
    return engine.build(context, text, more);
  }

  private static JsonObject config(ImageContents image) {
    return Objects.requireNonNull(image.config().object("config"));
  }
}
