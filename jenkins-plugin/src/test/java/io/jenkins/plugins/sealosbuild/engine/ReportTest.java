package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is made of the engine's events. */
class ReportTest {
  private static final String SHA = "sha256:" + "a".repeat(64);

  private final AtomicLong clock = new AtomicLong();
  private final BuildRecord record = new BuildRecord(new Masking());
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final ProgressLog log =
      new ProgressLog(
          new PrintStream(told, true, StandardCharsets.UTF_8),
          new Masking(),
          ProgressLog.Verbosity.PLAIN,
          record,
          clock::get);

  @Test
  void theTimelineDrawsStepsThatRanSideBySideAtTheirTimes() {
    line("{\"event\":\"started\",\"step\":1,\"stage\":\"a\",\"text\":\"RUN one\"}");
    clock.set(1000);
    line("{\"event\":\"started\",\"step\":2,\"stage\":\"b\",\"text\":\"RUN two\"}");
    clock.set(2000);
    line("{\"event\":\"finished\",\"step\":1,\"cached\":false,\"seconds\":2.0,\"result\":null}");
    line("{\"event\":\"finished\",\"step\":2,\"cached\":true,\"seconds\":1.0,\"result\":null}");
    built("{}");

    Timeline timeline = record.report(List.of()).getTimeline();
    assertThat(timeline.getReadableTime()).isEqualTo("2.0 s");
    assertThat(timeline.getBars()).extracting(Timeline.Bar::getX).containsExactly(0L, 500L);
    assertThat(timeline.getBars()).extracting(Timeline.Bar::getWidth).containsExactly(1000L, 500L);
    assertThat(timeline.getBars())
        .extracting(Timeline.Bar::getKind)
        .containsExactly("done", "cached");
  }

  @Test
  void anIndexHasThePlatformsThatWereAskedFor() {
    built("{}");
    assertThat(record.report(List.of("linux/amd64", "linux/arm64")).getPlatforms())
        .containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void savedImagesAreReportedWithWhereTheyWereNamed() {
    built(
        "{\"sealosbuild.savedImages\":[{\"image\":\"nginx:1\",\"digest\":\""
            + SHA
            + "\",\"foundIn\":[\"a.yaml:3\",\"b.yaml:4\"]}]}");
    assertThat(record.report(List.of()).getSavedImages())
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.get("name")).isEqualTo("nginx:1");
              assertThat(image.get("digest")).isEqualTo(SHA);
              assertThat(image.get("source")).isEqualTo("a.yaml:3, b.yaml:4");
            });
  }

  @Test
  void everyPlatformsLayersAreReported() {
    built(
        "{\"sealosbuild.images\":[{\"platform\":\"linux/arm64\",\"layers\":[{\"instruction\":\"COPY a /\","
            + "\"size\":1500,\"digest\":\""
            + SHA
            + "\",\"cached\":true,\"seconds\":0.25}]}]}");

    ImageReport report = record.report(List.of());
    assertThat(report.getPlatforms()).containsExactly("linux/arm64");
    assertThat(report.getLayers())
        .singleElement()
        .satisfies(
            layer -> {
              assertThat(layer.getInstruction()).isEqualTo("COPY a /");
              assertThat(layer.getDigest()).isEqualTo(SHA);
              assertThat(layer.getReadableSize()).isEqualTo("1.5 kB");
              assertThat(layer.isCached()).isTrue();
            });
  }

  @Test
  void whatIsNoEventIsToldAsItIs() {
    line("Error: Unable to access jarfile /x");
    line("{\"event\":\"started\", cut");
    assertThat(told.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "Error: Unable to access jarfile /x\n{\"event\":\"started\", cut\n"
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void anEventMayBeLongerThanALine() {
    String name = "a".repeat(2 << 20);
    built("{\"image.name\":\"" + name + "\"}");
    assertThat(record.report(List.of()).getTags()).containsExactly(name);

    told.reset();
    line(name);
    assertThat(told.size()).isEqualTo((1 << 20) + System.lineSeparator().length());
  }

  @Test
  void anEngineThatTellsNothingHasBuiltNothing() {
    assertThatThrownBy(() -> record.report(List.of())).hasMessageContaining("without telling");
  }

  @Test
  void anEngineThatWasKilledSaysNoMoreButItsStatusTellsWhy() {
    assertThat(record.failure(137)).contains("memory", "jvmOptions");
    assertThat(record.failure(125)).isNull();
  }

  @Test
  void eventsOfLaterEnginesArePassedOver() {
    line("{\"event\":\"tea\",\"step\":1}");
    assertThat(told.size()).isZero();
  }

  @Test
  void anIndexIsJoinedUnderANameOfItsOwnFirst() {
    assertThat(
            JoinedIndex.commands(
                "r.example.com/a:1",
                "localhost/x:1",
                List.of("r.example.com/a@" + SHA),
                true,
                List.of("--authfile=/f"),
                List.of("--sign-key=/k")))
        .containsExactly(
            List.of(
                "manifest",
                "add",
                "--authfile=/f",
                "localhost/x:1",
                "docker://r.example.com/a@" + SHA),
            List.of(
                "manifest",
                "push",
                "--all",
                "--authfile=/f",
                "--sign-key=/k",
                "localhost/x:1",
                "docker://r.example.com/a:1"),
            List.of("tag", "localhost/x:1", "r.example.com/a:1"));
  }

  @Test
  void whatInspectTellsOfAnIndexIsReadWithItsPlatforms() {
    JoinedIndex index =
        JoinedIndex.of(
            "a:1",
            "{\"digest\":\""
                + SHA
                + "\",\"size\":7,\"index\":{\"manifests\":[{\"platform\":{\"os\":\"linux\","
                + "\"architecture\":\"arm\",\"variant\":\"v7\"}}]}}");
    assertThat(index.digest()).isEqualTo(SHA);
    assertThat(index.size()).isEqualTo(7);
    assertThat(index.platforms()).containsExactly("linux/arm/v7");
  }

  private void built(String members) {
    String metadata =
        "{\"containerimage.digest\":\""
            + SHA
            + "\""
            + (members.equals("{}") ? "}" : "," + members.substring(1));
    line(
        "{\"event\":\"built\",\"id\":\""
            + SHA
            + "\",\"size\":1,\"layers\":1,\"pushed\":[],\"metadata\":"
            + metadata
            + "}");
  }

  private void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    log.write(bytes, 0, bytes.length);
  }
}
