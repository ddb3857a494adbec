package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Tree;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stages: which are executed, with which arguments, and what they come to. */
class StagesTest {
  private static final String THREE =
      """
      FROM scratch AS one
      LABEL stage=one
      FROM scratch AS Two
      LABEL stage=two
      FROM scratch
      LABEL stage=three
      """;

  @TempDir Path folder;
  private Engine engine;
  private Path context;

  @BeforeEach
  void makesAContext() {
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context")).file("a", "hi\n").settle().root();
  }

  @ParameterizedTest
  @CsvSource({"one,one", "ONE,one", "two,two", "1,two", "2,three", "0,one"})
  void aTargetIsANameInAnyCaseOrANumber(String target, String stage) {
    assertThat(labels(THREE, request -> request.stages().target(target)))
        .containsEntry("stage", stage);
  }

  @Test
  void anUnknownTargetIsToldWithTheStagesThatThereAre() {
    assertThatThrownBy(() -> labels(THREE, request -> request.stages().target("four")))
        .hasMessage("--target names the stage \"four\", which the instruction file does not have")
        .extracting(e -> ((BuildException) e).remedy())
        .isEqualTo("its stages are one, Two, 2");
    assertThatThrownBy(() -> labels(THREE, request -> request.stages().target("3")))
        .hasMessageContaining("\"3\"");
  }

  @Test
  void stagesThatTheTargetDoesNotNeedAreLeftOut() {
    String text = "FROM scratch AS bad\nCOPY nope /\nFROM scratch\nLABEL ok=1\n";

    assertThat(labels(text, request -> {})).containsEntry("ok", "1");
    assertThatThrownBy(() -> labels(text, request -> request.stages().skipUnused(false)))
        .hasMessageContaining("\"nope\" is not in the build context");
  }

  @Test
  void whatComesAfterTheTargetIsNeverExecuted() {
    String text = "FROM scratch AS good\nLABEL ok=1\nFROM good\nCOPY nope /\n";

    assertThat(labels(text, request -> request.stages().target("good").skipUnused(false)))
        .containsEntry("ok", "1");
  }

  @Test
  void theNameOfAStageMayBeAVariable() {
    String text = "ARG BASE=one\nFROM scratch AS one\nLABEL stage=one\nFROM $BASE\nLABEL x=1\n";

    assertThat(labels(text, request -> {})).containsEntry("stage", "one").containsEntry("x", "1");
  }

  @Test
  void fromReplacesTheFirstBaseOnly() {
    engine.buildAs(
        dev.sealosbuild.image.ImageReference.parse("localhost/base"),
        context,
        "FROM scratch\nLABEL base=1\n",
        request -> {});
    String text = "FROM missing.invalid/x AS a\nLABEL a=1\nFROM scratch\nLABEL b=1\nFROM a\n";

    assertThat(labels(text, request -> request.stages().from("localhost/base")))
        .containsEntry("base", "1")
        .containsEntry("a", "1")
        .doesNotContainKey("b");
  }

  @Test
  void automaticArgumentsAreThereBeforeTheFirstFromAndInAStageOnceDeclared() {
    String text =
        """
        ARG STAGE=for-$TARGETARCH
        FROM scratch AS for-arm
        ARG TARGETPLATFORM
        ARG TARGETSTAGE
        ARG BUILDOS
        LABEL p=$TARGETPLATFORM s=$TARGETSTAGE b=$BUILDOS n=$TARGETOS
        FROM $STAGE
        LABEL last=1
        """;

    assertThat(labels(text, request -> request.image().platform(Platform.parse("linux/arm/v7"))))
        .containsAllEntriesOf(
            Map.of("p", "linux/arm/v7", "s", "default", "b", "linux", "n", "", "last", "1"));
    assertThat(
            labels(
                "FROM scratch AS x\nARG TARGETSTAGE\nARG TARGETARCH\nLABEL s=$TARGETSTAGE"
                    + " a=$TARGETARCH\n",
                request -> request.stages().target("x").buildArg("TARGETARCH", "mine")))
        .containsAllEntriesOf(Map.of("s", "x", "a", "mine"));
  }

  @Test
  void theEpochIsAnArgumentThatMustBeDeclared() {
    String text = "FROM scratch\nLABEL before=$SOURCE_DATE_EPOCH\nARG SOURCE_DATE_EPOCH\n";

    assertThat(
            labels(
                text + "LABEL after=$SOURCE_DATE_EPOCH\n",
                request ->
                    request
                        .layers()
                        .time(new BuildTime(Instant.ofEpochSecond(77), BuildTime.Files.KEPT))))
        .containsAllEntriesOf(Map.of("before", "", "after", "77"));
  }

  @Test
  void unusedAndMissingArgumentsAreToldAsBuildahTellsThemAndWhere() {
    List<String> warnings = new ArrayList<>();
    build(
        "ARG G=1\nFROM scratch\nARG G\nARG N\nARG HTTP_PROXY\nLABEL n=$N\n",
        request ->
            request
                .stages()
                .buildArg("G", "2")
                .buildArg("ZZ", "1")
                .buildArg("AA", "1")
                .buildArg("no_proxy", "x"),
        event -> {
          if (event instanceof BuildEvent.Message message) {
            warnings.add(message.text());
          }
        });

    assertThat(warnings)
        .containsExactly(
            "Containerfile:4:1: missing \"N\" build argument. Try adding \"--build-arg N=<VALUE>\" to the command"
                + " line",
            "one or more build args were not consumed: [AA, ZZ]");
  }

  @Test
  void theImageIsTheSameHoweverManyStagesAreExecutedAtTheSameTime() {
    StringBuilder text = new StringBuilder("FROM scratch AS s0\nCOPY a /0\n");
    for (int i = 1; i < 8; i++) {
      text.append("FROM s" + (i / 2) + " AS s" + i + "\nCOPY a /" + i + "\n");
    }
    List<String> digests = new ArrayList<>();
    Set<String> threads = ConcurrentHashMap.newKeySet();
    for (int jobs : new int[] {1, 2, 0}) {
      engine = new Engine(folder.resolve("store" + jobs));
      build(
          text.toString(),
          request -> {
            request.stages().jobs(jobs).skipUnused(false);
            request.layers().timestamp(Instant.EPOCH);
          },
          event -> threads.add(jobs + Thread.currentThread().getName()));
      digests.add(engine.image().digest());
    }

    assertThat(Set.copyOf(digests)).hasSize(1);
    assertThat(threads).contains("2stage", "0stage").doesNotContain("1stage");
  }

  @Test
  void theFirstFailureIsReportedWhenItEndsTheOthers() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.append("FROM scratch AS s" + i + "\nLABEL a=1\n");
    }
    text.append("FROM scratch AS bad\nCOPY nope /\nFROM bad\nLABEL b=1\n");

    assertThatThrownBy(
            () -> labels(text.toString(), request -> request.stages().jobs(0).skipUnused(false)))
        .hasMessageContaining("\"nope\" is not in the build context");
  }

  @Test
  void savedStagesAreImagesWithLabelsOfTheirOwn() {
    build(
        "FROM scratch AS one\nLABEL a=1\nFROM one\nLABEL b=1\n",
        request -> {
          request.stages().save(true).label(true);
          request.image().layerLabel("layer", "yes");
        },
        event -> {});
    Map<String, String> target = labels(engine.image());

    assertThat(target)
        .containsAllEntriesOf(
            Map.of("io.buildah.stage.name", "1", "io.buildah.stage.base", "one", "b", "1"))
        .doesNotContainKey("layer");
    try (ImageStore store = ImageStore.open(folder.resolve("store"))) {
      assertThat(store.images()).hasSize(2);
    }
  }

  private Map<String, String> labels(String text, Consumer<BuildRequest.Builder> more) {
    return labels(engine.build(context, text, more));
  }

  private static Map<String, String> labels(ImageContents image) {
    return Objects.requireNonNull(image.config().object("config")).stringMap("Labels");
  }

  private void build(String text, Consumer<BuildRequest.Builder> more, Progress.Listener listener) {
    BuildRequest.Builder request = BuildRequest.of(context);
    request.inputs().file(new InstructionFile.Inline("Containerfile", text));
    request.output().tag(Engine.NAME);
    more.accept(request);
    try (ImageStore store = ImageStore.open(engine.root())) {
      new ImageBuilder(store, new Progress(listener), Map.of(), InputStream.nullInputStream())
          .build(request.build());
    }
  }
}
