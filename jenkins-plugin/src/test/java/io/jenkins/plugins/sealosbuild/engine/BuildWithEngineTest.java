package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.sealosbuild.testing.Registry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters in, a report out, with a process of the engine between them. */
class BuildWithEngineTest {
  @TempDir Path workspace;

  private final Masking masking = new Masking();
  private final BuildRecord record = new BuildRecord(masking);
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final HandedFiles files = new HandedFiles();
  private int status = -1;

  @BeforeEach
  void aContext() throws Exception {
    EngineProcess.jar();
    Files.createDirectories(workspace.resolve("app"));
    Files.writeString(workspace.resolve("app/hello.txt"), "hello\n");
    Files.writeString(
        workspace.resolve("app/Dockerfile"),
        """
        FROM scratch AS first
        COPY hello.txt /a
        FROM first
        ARG WHO=nobody
        LABEL who=$WHO
        COPY hello.txt /b
        """);
  }

  @Test
  void whatIsBuiltIsReportedWithItsDigestNamesPlatformAndLayers() throws Exception {
    build(
        Map.of(
            "context",
            "app",
            "tags",
            List.of("registry.example.com/shop:1", "registry.example.com/shop:latest"),
            "buildArgs",
            Map.of("WHO", "jenkins"),
            "timestamp",
            0,
            "layers",
            true,
            "platforms",
            "linux/arm64"));

    assertThat(status).as(log()).isZero();
    ImageReport report = record.report(List.of());
    assertThat(report.getName()).isEqualTo("registry.example.com/shop:1");
    assertThat(report.getTags()).hasSize(2);
    assertThat(report.getDigest()).matches("sha256:[0-9a-f]{64}");
    assertThat(report.getImageId()).matches("sha256:[0-9a-f]{64}");
    assertThat(report.getPlatforms()).hasSize(1).first().asString().startsWith("linux/arm64");
    assertThat(report.getSize()).isPositive();
    assertThat(report.getSteps())
        .extracting(StepReport::getInstruction)
        .contains("COPY hello.txt /a", "COPY hello.txt /b", "LABEL who=$WHO");
    assertThat(report.getSteps())
        .filteredOn(step -> step.getInstruction().startsWith("COPY"))
        .allSatisfy(step -> assertThat(step.getShortDigest()).hasSize(12))
        .allSatisfy(step -> assertThat(step.isCached()).isFalse());
    assertThat(report.getTimeline().getBars()).hasSameSizeAs(report.getSteps());
  }

  @Test
  void theLogHasASectionForEachStageAndTellsTheEnd() throws Exception {
    build(Map.of("context", "app", "tags", "a:1"));

    assertThat(log())
        .contains("--- stage first ---", "[first] COPY hello.txt /a", "DONE", "Built sha256:")
        .doesNotContain("{\"event\"");
  }

  @Test
  void anUnchangedBuildIsReportedAsCached() throws Exception {
    build(Map.of("context", "app"));
    BuildRecord second = new BuildRecord(masking);
    run(Map.of("context", "app"), second);

    assertThat(second.report(List.of()).getSteps())
        .filteredOn(step -> step.getInstruction().startsWith("COPY"))
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.isCached()).isTrue());
  }

  @Test
  void aFailureIsToldWithWhatToDo() throws Exception {
    build(Map.of("context", "app", "target", "missing"));

    assertThat(status).isEqualTo(125);
    assertThat(record.failure()).contains("missing");
    assertThat(log()).contains("Error: ");
  }

  @Test
  void aFlagThatIsFalseIsSaidSo() throws Exception {
    build(Map.of("context", "app", "layers", false, "squash", "true"));

    assertThat(status).as(log()).isZero();
    assertThat(record.report(List.of()).getSize()).isPositive();
  }

  @Test
  void optionsTakesAnyOtherFlag() throws Exception {
    build(Map.of("context", "app", "options", List.of("--label=a=b", "--omit-history")));

    assertThat(status).as(log()).isZero();
  }

  @Test
  void anImageIsPushedWithTheUserOfItsRegistry() throws Exception {
    try (Registry registry = Registry.start("robot", "s3cret-password")) {
      AuthFile users = new AuthFile();
      String name = registry.host() + "/by/authfile:1";
      AuthFile.registries(List.of(name))
          .forEach(host -> users.add(host, "robot", "s3cret-password"));
      Path authfile = workspace.resolve("authfile");
      Files.writeString(authfile, users.text());
      files.authfile(authfile.toString());
      masking.hide("robot", "s3cret-password");
      push(name);
    }
  }

  @Test
  void whoIsNobodyMayNotPush() throws Exception {
    try (Registry registry = Registry.start("robot", "s3cret-password")) {
      build(
          Map.of(
              "context",
              "app",
              "tags",
              registry.host() + "/a:1",
              "push",
              true,
              "tlsVerify",
              false,
              "retry",
              0));
      assertThat(status).isEqualTo(125);
      assertThat(record.failure()).contains(registry.host());
    }
  }

  private void push(String name) throws Exception {
    build(Map.of("context", "app", "tags", name, "push", true, "tlsVerify", false));
    assertThat(status).as(log()).isZero();
    assertThat(record.report(List.of()).getPushed()).containsExactly(name);
    assertThat(log()).doesNotContain("s3cret-password");
  }

  @Test
  void aSecretThatSomethingPrintsIsMaskedInTheLogAndInTheReport() throws Exception {
    masking.hide("hunter2-hunter2");
    Files.writeString(
        workspace.resolve("app/Dockerfile"), "FROM scratch\nLABEL a=hunter2-hunter2\n");
    build(Map.of("context", "app"));

    assertThat(log()).contains("LABEL a=****").doesNotContain("hunter2");
    assertThat(record.report(List.of()).getSteps())
        .extracting(StepReport::getInstruction)
        .contains("LABEL a=****");
  }

  @Test
  void whoIsQuietTellsWarningsAndFailuresAlone() throws Exception {
    build(Map.of("context", "app", "quiet", true));
    assertThat(log()).isEmpty();
    assertThat(record.report(List.of()).getDigest()).startsWith("sha256:");
  }

  private void build(Map<String, ?> parameters) throws Exception {
    status = run(parameters, record);
  }

  private int run(Map<String, ?> parameters, BuildRecord into) throws Exception {
    Settings settings = Settings.of(new LinkedHashMap<>(parameters), text -> text);
    List<String> arguments =
        BuildCommand.arguments(settings, files, workspace.resolve("store").toString());
    try (ProgressLog log =
        new ProgressLog(
            new PrintStream(told, true, StandardCharsets.UTF_8),
            masking,
            ProgressLog.Verbosity.of(settings),
            into,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
      return EngineProcess.run(workspace, arguments, log);
    }
  }

  private String log() {
    return told.toString(StandardCharsets.UTF_8);
  }
}
