package dev.sealosbuild.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final List<BuildEvent> events = new ArrayList<>();
  private final Progress progress = new Progress(events::add);

  @Test
  void stepEndsOnceWellOrBadly() {
    try (Progress.Step step = progress.step("stage", "COPY a b")) {
      step.output("line");
      step.finish(true, "");
    }
    try (Progress.Step step = progress.step("stage", "COPY c d")) {
      step.bytes("layer", 1, -1);
    }

    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly(
            "StepStarted", "StepOutput", "StepFinished", "StepStarted", "BytesMoved", "StepFailed");
    assertThat(events.get(5)).isEqualTo(new BuildEvent.StepFailed(2));
  }

  @Test
  void eventsOfManyThreadsComeOneAtATime() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 2000; i++) {
      threads.execute(() -> progress.info("x"));
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(events).hasSize(2000);
  }
}
