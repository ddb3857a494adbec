package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration and the history are those that buildah writes. */
class ConfigLikeBuildahTest {
  @TempDir static Path folder;

  private static Tree context;
  private static Buildah buildah;
  private static Engine engine;

  @BeforeAll
  static void makesOneContextForAll() {
    Buildah.require();
    buildah = new Buildah(folder.resolve("buildah"));
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context"));
    context.file("a", "hi\n").file("b", "bb\n").file("d/x", "x\n").file("d/s/y", "y\n");
    context.mode("d/x", 0711).hardLink("d/z", "d/x").link("d/l", "x").settle();
  }

  @AfterAll
  static void closes() {
    if (buildah != null) {
      buildah.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY a /a",
        "COPY a /",
        "COPY a /other",
        "COPY --chown=1:2 --chmod=600 a /c",
        "COPY d /d",
        "COPY d/ /x/y/",
        "COPY a b /m/",
        "COPY a d b /m/",
        "COPY ? /g/",
        "copy   a    /x",
        "COPY [\"a\", \"/j s\"]",
        "LABEL a=b",
        "LABEL a=1 \\\n   b=2 \\\n# a comment\n   c=3",
        "LABEL A=1 \"b c\"=\"d e\" f='$PATH' g=\"$PATH\"",
        "LABEL old style value",
        "ENV A=1\nENV B=2 C=\"x $A\" D=${A:-z} E=${N:-z} F=${A:+y}\nENV G a b c",
        "ENV A=1 A=2\nENV B=$A A=3\nENV PATH=/x:$PATH",
        "ENV A=\"q w\" B=\\$x C='$A' D=q\\ w",
        "ARG NOPE\nARG DEF=one\nARG GIVEN\nARG P=a Q=b\nENV X=$DEF$GIVEN$NOPE\nLABEL y=$P$Q",
        "ARG V=1\nENV V=2\nLABEL v=$V",
        "CMD echo $HOME",
        "CMD [\"a\", \"$b\"]",
        "CMD [\"a\"]\nENTRYPOINT [\"b\"]",
        "ENTRYPOINT echo $A\nCMD c",
        "ENTRYPOINT []\nCMD []",
        "WORKDIR /d\nWORKDIR e\nWORKDIR ../f/./g/",
        "ARG D=/q\nWORKDIR $D/r",
        "USER 1:2",
        "ARG U=bob\nUSER $U",
        "EXPOSE 80\nEXPOSE 81/udp 82/tcp\nARG P=90\nEXPOSE $P",
        "VOLUME /v\nVOLUME [\"/v2\", \"/v 3\"]\nVOLUME /a /b/",
        "STOPSIGNAL SIGTERM",
        "STOPSIGNAL ${X:-SIGINT}",
        "MAINTAINER Jo Doe <jo@example.com>\nLABEL a=b",
        "HEALTHCHECK --interval=5s CMD true\nSHELL [\"/bin/bash\", \"-c\"]\nLABEL a=b",
        "LABEL a=b\n\n  # indented comment\nenv  x   y\n",
      })
  void configurationAndHistoryAreThoseOfBuildah(String instructions) {
    String text = "FROM scratch\n" + instructions + "\n";

    ImageContents theirs = buildah.build(context.root(), text, "--build-arg", "GIVEN=zz");
    ImageContents ours =
        engine.build(context.root(), text, request -> request.stages().buildArg("GIVEN", "zz"));

    assertThat(ours.containerConfig()).isEqualTo(theirs.containerConfig());
    assertThat(ours.config().string("author")).isEqualTo(theirs.config().string("author"));
    assertThat(ours.config().string("os")).isEqualTo(theirs.config().string("os"));
    assertThat(ours.config().string("architecture"))
        .isEqualTo(theirs.config().string("architecture"));
    assertThat(Buildah.withoutDigests(ours.createdBy()))
        .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
    assertThat(ours.emptyLayers())
        .isEqualTo(ours.createdBy().stream().map(line -> !makesALayer(line)).toList());
  }

  @Test
  void theDockerFormatKeepsWhatOciHasNoPlaceFor() {
    String text =
        """
        FROM scratch
        HEALTHCHECK --interval=5m --timeout=3s --start-period=1s --retries=4 CMD ["a", "b"]
        SHELL ["/bin/bash", "-c"]
        ONBUILD COPY a /b
        LABEL a=b
        COPY a /a
        """;

    ImageContents ours =
        engine.build(context.root(), text, request -> request.image().format(ImageFormat.DOCKER));
    JsonObject theirs = buildah.dockerConfig(context.root(), text);

    assertThat(ours.containerConfig()).isEqualTo(ImageContents.containerConfig(theirs));
    assertThat(ours.manifest().string("mediaType"))
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
    assertThat(Objects.requireNonNull(ours.manifest().object("config")).string("mediaType"))
        .isEqualTo("application/vnd.docker.container.image.v1+json");
    assertThat(ours.layers())
        .extracting(layer -> layer.string("mediaType"))
        .containsOnly("application/vnd.docker.image.rootfs.diff.tar.gzip");
  }

  @Test
  void optionsOfTheCommandLineEndUpWhereBuildahPutsThem() {
    String text = "FROM scratch\nENV D=file E=file\nLABEL x=1 y=$F\nCOPY a /p/q/a\n";

    ImageContents ours =
        engine.build(
            context.root(),
            text,
            request -> {
              request
                  .image()
                  .label("x", "2")
                  .label("z", "3")
                  .annotation("k", "v")
                  .environment("E", "option")
                  .environment("F", "option");
              request.layers().timestamp(Instant.ofEpochSecond(1000));
            });
    ImageContents theirs =
        buildah.build(
            context.root(),
            text,
            "--label=x=2",
            "--label=z=3",
            "--annotation=k=v",
            "--env=E=option",
            "--env=F=option",
            "--timestamp=1000");

    assertThat(ours.containerConfig()).isEqualTo(theirs.containerConfig());
    assertThat(Buildah.withoutDigests(ours.createdBy()))
        .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
    assertThat(ours.config().string("created")).isEqualTo(theirs.config().string("created"));
    assertThat(ours.config().objects("history"))
        .extracting(entry -> entry.string("created"))
        .containsOnly("1970-01-01T00:16:40Z");
    assertThat(ours.manifest().stringMap("annotations")).containsEntry("k", "v");
    assertThat(ours.listing()).isEqualTo(theirs.listing());
  }

  /**
   * WORKDIR makes a layer of its directory as docker's does; buildah leaves that to a later one.
   */
  private static boolean makesALayer(String createdBy) {
    return createdBy.contains(") COPY ") || createdBy.contains(") WORKDIR ");
  }
}
