package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.progress.BuildEvent.BytesMoved;
import dev.sealosbuild.progress.BuildEvent.Level;
import dev.sealosbuild.progress.BuildEvent.Message;
import dev.sealosbuild.progress.BuildEvent.StepFailed;
import dev.sealosbuild.progress.BuildEvent.StepFinished;
import dev.sealosbuild.progress.BuildEvent.StepOutput;
import dev.sealosbuild.progress.BuildEvent.StepStarted;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static final long SECOND = 1_000_000_000;
  private static final byte[] MANIFEST = "manifest".getBytes(StandardCharsets.UTF_8);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  static BuildResult result() {
    Digest id = Digest.of("config".getBytes(StandardCharsets.UTF_8));
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, new byte[1]);
    Platform platform = new Platform("linux", "arm64", null);
    Descriptor manifest = Descriptor.of(MediaType.OCI_MANIFEST, MANIFEST).withPlatform(platform);
    List<BuildResult.BuiltLayer> layers =
        List.of(new BuildResult.BuiltLayer(layer, id, "COPY a b", false, Duration.ZERO));
    return new BuildResult(
        id,
        manifest,
        List.of(new BuildResult.BuiltImage(platform, id, manifest, layers, 12_345_678)),
        List.of(ImageReference.parse("a:1"), ImageReference.parse("quay.io/b:2")),
        List.of(ImageReference.parse("quay.io/b:2")),
        List.of(new BuildResult.Base("docker.io/library/base:1", platform, id)),
        List.of(),
        null,
        List.of(),
        null);
  }

  @Test
  void theLogHasALineWhereAStepBeginsAndOneWhereItEnds() {
    play(new PlainView(err, LogLevel.INFO));

    assertThat(text())
        .isEqualTo(
            """
            #1 [stage-0] COPY a b
            Warning: look out
            #2 RUN make
            #2 compiling\\u001b[2J
            #1 DONE 1.3s sha256:abc 3.4MB
            #2 ERROR
            #3 ENV A=b\\nc
            #3 CACHED
            Built %s as docker.io/library/a:1, quay.io/b:2 (12.3MB, 1 layer, pushed)
            """
                .formatted(Digest.of(MANIFEST)));
  }

  @Test
  void theLevelChoosesTheMessages() {
    PlainView errors = new PlainView(err, LogLevel.ERROR);
    errors.on(new Message(Level.WARNING, "no"));
    PlainView all = new PlainView(err, LogLevel.TRACE);
    all.on(new Message(Level.DEBUG, "fine"));
    all.on(new Message(Level.INFO, "good"));

    assertThat(text()).isEqualTo("debug: fine\ngood\n");
  }

  @Test
  void theQuietViewTellsWarningsOnly() {
    play(new QuietView(err, LogLevel.INFO));

    assertThat(text()).isEqualTo("Warning: look out\n");
  }

  @Test
  void eachLineOfJsonIsAnObjectThatSaysWhatHappened() {
    JsonView view = new JsonView(err, LogLevel.INFO);
    play(view);
    view.failed(new BuildException("broken", "mend it"));

    List<JsonObject> events =
        text()
            .lines()
            .map(line -> Json.readObject(line.getBytes(StandardCharsets.UTF_8), line))
            .toList();
    assertThat(events)
        .extracting(event -> event.string("event"))
        .containsExactly(
            "started",
            "message",
            "started",
            "output",
            "bytes",
            "bytes",
            "finished",
            "stopped",
            "started",
            "finished",
            "built",
            "failed");
    assertThat(text())
        .contains(
            "{\"event\":\"started\",\"step\":1,\"stage\":\"stage-0\",\"text\":\"COPY a b\"}\n",
            "{\"event\":\"message\",\"level\":\"warning\",\"text\":\"look out\"}\n",
            "{\"event\":\"bytes\",\"step\":1,\"name\":\"blob\",\"done\":10,\"total\":null}\n",
            "{\"event\":\"bytes\",\"step\":1,\"name\":\"blob\",\"done\":100,\"total\":100}\n",
            "\"cached\":false,\"seconds\":1.25,\"result\":\"sha256:abc 3.4MB\"}\n",
            "{\"event\":\"failed\",\"problem\":\"broken\",\"remedy\":\"mend it\"}\n");
    assertThat(events.get(10).string("id")).isEqualTo(result().imageId().toString());
    assertThat(events.get(10).strings("pushed")).containsExactly("quay.io/b:2");
  }

  @Test
  void theTerminalShowsStepsUnderWayBelowThoseThatEnded() {
    long[] now = {0};
    Screen screen = new Screen(40, 10, false, true);
    TerminalView view = new TerminalView(err, LogLevel.INFO, screen, () -> now[0]);
    view.on(new StepStarted(1, "", "COPY registry registry"));
    view.on(new BytesMoved(1, "sha256:abc", 25, 100));
    view.on(new StepStarted(2, "", "RUN a very long command that does not fit"));
    view.on(new StepOutput(2, "line\r1"));
    now[0] = SECOND;
    view.draw();

    assertThat(shown())
        .containsExactly(
            " => COPY registry registry         1.0s",
            "    sh~ [#####---------------] 25B/100B",
            " => RUN a very long command that ~ 1.0s",
            "    | line\\r1");

    view.on(new StepFinished(1, false, 2 * SECOND, "done"));
    view.on(new StepFinished(2, true, 0, null));
    view.on(new Message(Level.INFO, "note"));
    view.built(result());
    view.close();

    assertThat(shown())
        .containsExactly(
            " => COPY registry registry  done   2.0s",
            " => CACHED RUN a very long command tha~",
            "note",
            PlainView.summary(result()));
  }

  @Test
  void aFailedStepLeavesItsOutputOnTheTerminal() {
    TerminalView view =
        new TerminalView(err, LogLevel.INFO, new Screen(40, 10, false, true), () -> 0);
    view.on(new StepStarted(1, "", "RUN make"));
    for (int i = 0; i < 40; i++) {
      view.on(new StepOutput(1, "line " + i));
    }
    view.draw();
    assertThat(shown()).hasSize(4);

    view.on(new StepFailed(1));
    view.close();
    assertThat(shown()).hasSize(31).startsWith(" => ERROR RUN make                 0.0s");
    assertThat(shown()).contains("    | line 10", "    | line 39").doesNotContain("    | line 9");
  }

  @Test
  void manyStepsAtOnceNeverOutgrowTheScreen() {
    TerminalView view =
        new TerminalView(err, LogLevel.INFO, new Screen(80, 6, true, true), () -> 0);
    for (int i = 0; i < 50; i++) {
      view.on(new StepStarted(i, "", "step " + i));
    }
    view.draw();
    view.draw();

    assertThat(shown()).hasSize(4);
  }

  @Test
  void coloursAreUsedOnlyWhereTheyAreWanted() {
    assertThat(Screen.of("50 120", java.util.Map.of("TERM", "xterm")))
        .isEqualTo(new Screen(120, 50, true, true));
    assertThat(Screen.of("", java.util.Map.of("TERM", "xterm", "NO_COLOR", "1")))
        .isEqualTo(new Screen(80, 24, false, true));
    assertThat(Screen.of("x y", java.util.Map.of())).isEqualTo(new Screen(80, 24, false, false));
  }

  private static void play(View view) {
    view.on(new StepStarted(1, "stage-0", "COPY a b"));
    view.on(new Message(Level.WARNING, "look out"));
    view.on(new Message(Level.DEBUG, "detail"));
    view.on(new StepStarted(2, "", "RUN make"));
    view.on(new StepOutput(2, "compiling\u001b[2J"));
    view.on(new BytesMoved(1, "blob", 10, -1));
    view.on(new BytesMoved(1, "blob", 100, 100));
    view.on(new StepFinished(1, false, SECOND * 5 / 4, "sha256:abc 3.4MB"));
    view.on(new StepFailed(2));
    view.on(new StepStarted(3, "", "ENV A=b\nc"));
    view.on(new StepFinished(3, true, 1, null));
    view.built(result());
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What a terminal shows that understands moving up and clearing. */
  private List<String> shown() {
    return TerminalText.shown(text());
  }
}
