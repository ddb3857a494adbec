package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.LayerOptions.Merging;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.LayerCompression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buildah's options of stages, images and layers, and those that are refused. */
class BuildahOptionsTest {
  private final Called caller = new Called();

  @ParameterizedTest
  @CsvSource({
    "--cw=type=snp, --cw",
    "--sbom-output=x, --sbom-output",
    "--decryption-key=x, --decryption-key",
    "--runtime-flag=x, --runtime-flag",
    "--userns, --userns",
    "--cpp-flag=-DX, --cpp-flag",
    "--hooks-dir, --hooks-dir",
  })
  void aRefusedOptionEndsTheBuildWithItsReason(String argument, String option) {
    assertThatThrownBy(() -> request(argument, "value", "."))
        .hasMessageStartingWith("option " + option + " is not supported: ")
        .extracting(e -> ((BuildException) e).remedy())
        .isEqualTo("leave it out");
  }

  @Test
  void argumentsOfFilesComeBeforeThoseOfTheCommandLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("argfile.conf");
    Files.writeString(file, "# a comment\n\nA=1\nB=x=y z\r\nC\nD=file\n");

    assertThat(request("--build-arg=D=line", "--build-arg-file=" + file).stages().arguments())
        .containsEntry("A", "1")
        .containsEntry("B", "x=y z")
        .containsEntry("C", null)
        .containsEntry("D", "line");
    assertThatThrownBy(() -> request("--build-arg-file", folder + "/none"))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void stagesAreChosenByOptions() {
    BuildRequest request =
        request("--target=t", "--from", "f", "--jobs=0", "--skip-unused-stages=false");

    assertThat(request.stages().target()).isEqualTo("t");
    assertThat(request.stages().from()).isEqualTo("f");
    assertThat(request.stages().jobs()).isEqualTo(Integer.MAX_VALUE);
    assertThat(request.stages().skipUnused()).isFalse();
    assertThatThrownBy(() -> request("--jobs=x")).hasMessage("--jobs is \"x\"");
    assertThatThrownBy(() -> request("--jobs=-1")).hasMessage("--jobs is -1");
    assertThatThrownBy(() -> request("--stage-labels"))
        .hasMessage("--stage-labels is given without --save-stages");
  }

  @Test
  void theTimeIsOfEverythingOrOfTheImageAlone() {
    Instant five = Instant.ofEpochSecond(5);

    assertThat(request("--source-date-epoch=5").layers().time())
        .isEqualTo(new BuildTime(five, BuildTime.Files.KEPT));
    assertThat(request("--source-date-epoch=5", "--rewrite-timestamp").layers().time())
        .isEqualTo(new BuildTime(five, BuildTime.Files.CLAMPED));
    assertThat(request("--timestamp=5", "--rewrite-timestamp").layers().time())
        .isEqualTo(new BuildTime(five, BuildTime.Files.SET));
    assertThatThrownBy(() -> request("--timestamp=5", "--source-date-epoch=5"))
        .hasMessage("--timestamp is given together with --source-date-epoch");
    assertThatThrownBy(() -> request("--rewrite-timestamp"))
        .hasMessage("--rewrite-timestamp is given without --source-date-epoch");
  }

  @Test
  void layersAreMergedAndCompressedAsAskedFor() {
    assertThat(request().layers().merging()).isEqualTo(Merging.NONE);
    assertThat(request("--layers=false").layers().merging()).isEqualTo(Merging.NEW);
    assertThat(request("--squash", "--layers").layers().merging()).isEqualTo(Merging.ALL);
    caller.with("BUILDAH_LAYERS", "false");
    assertThat(request().layers().merging()).isEqualTo(Merging.NEW);
    assertThat(request("--layers").layers().merging()).isEqualTo(Merging.NONE);
    assertThat(request("--compression-format=zstd", "--compression-level=20").layers())
        .extracting(layers -> layers.compression())
        .isEqualTo(LayerCompression.ZSTD.atLevel(20));
    assertThatThrownBy(() -> request("--compression-level=10"))
        .hasMessage("the compression level 10 is not one of GZIP");
    assertThatThrownBy(() -> request("-D", "--compression-format=gzip"))
        .hasMessageContaining("is given together with");
    assertThat(request("--compression-format=zstd:chunked").layers().compression())
        .isEqualTo(LayerCompression.ZSTD_CHUNKED);
    assertThatThrownBy(() -> request("--compression-format=zstd:chunked", "--format=docker"))
        .hasMessageContaining("the image's format is Docker's");
  }

  @Test
  void thePlatformIsGivenWholeOrInParts() {
    assertThat(request("--platform=linux/arm64").image().platform())
        .isEqualTo(Platform.parse("linux/arm64"));
    assertThat(request("--os=linux", "--arch=arm", "--variant=v6").image().platform())
        .isEqualTo(Platform.parse("linux/arm/v6"));
    assertThat(request("--arch=s390x").image().target().asked()).isTrue();
    assertThat(request().image().target().asked()).isFalse();
    assertThatThrownBy(() -> request("--platform=linux/arm64", "--os=linux"))
        .hasMessageContaining("is given together with");
    assertThat(
            request(
                    "--platform=linux/arm64,linux/amd64",
                    "--platform=linux/arm64",
                    "--platform=linux/arm")
                .image()
                .target()
                .platforms())
        .extracting(Platform::toString)
        .containsExactly("linux/arm64", "linux/amd64", "linux/arm/v7");
    assertThatThrownBy(() -> request("--all-platforms", "--arch=arm"))
        .hasMessageContaining("is given together with");
  }

  @Test
  void theLogFileGetsWhatWouldGoToTheStreams(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nLABEL a=1\n");
    String root = "--root=" + folder.resolve("store");
    Path log = folder.resolve("log");
    Path id = folder.resolve("id");

    int status =
        caller.run(
            "build",
            root,
            "--logfile=" + log,
            "--disable-content-trust",
            "--raw-iidfile=" + id,
            folder.toString());

    assertThat(caller.err() + caller.out()).isEmpty();
    assertThat(status).isZero();
    assertThat(Files.readString(log))
        .contains("LABEL a=1")
        .contains("--disable-content-trust has no effect");
    assertThat(Files.readString(id)).matches("[0-9a-f]{64}");
    caller.run("build", root, "--logfile=" + log, "--logsplit", "--arch=arm", folder.toString());
    assertThat(Files.readString(folder.resolve("log_linux_arm"))).contains("LABEL a=1");
    caller.run("build", root, "--logfile=" + log, "--target=none", folder.toString());
    assertThat(Files.readString(log)).contains("--target names the stage");
    assertThat(caller.err()).contains("--target names the stage");
  }

  private BuildRequest request(String... args) {
    return BuildArguments.request(
        Arguments.parse(new BuildCommand(), List.of(args)), caller.invocation());
  }
}
