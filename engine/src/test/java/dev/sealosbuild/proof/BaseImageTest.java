package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a base that buildah made and a registry holds, COPY does what buildah's does. */
class BaseImageTest {
  @TempDir static Path folder;

  private static Tree context;
  private static LocalRegistry registry;
  private static Buildah buildah;
  private static Engine engine;

  @BeforeAll
  static void pushesABase() throws Exception {
    Buildah.require();
    Requires.program("skopeo");
    Requires.program("docker-registry");
    buildah = new Buildah(folder.resolve("buildah"));
    engine = new Engine(folder.resolve("store"));
    registry = LocalRegistry.start(folder.resolve("registry"));
    context =
        new Tree(folder.resolve("context"))
            .file("etc/passwd", "root:x:0:0::/:\nbob:x:7:8::/:\n")
            .file("etc/group", "root:x:0:\ngrp:x:9:\n")
            .file("usr/lib/l", "library\n")
            .link("top/lib", "usr/lib")
            .file("var/spool/s", "s")
            .mode("var/spool", 01777)
            .file("a", "hi\n")
            .file("d/x", "x\n")
            .settle();
    String base =
        """
        FROM scratch
        COPY usr /usr
        COPY top /
        COPY --chown=3:4 --chmod=711 var /var
        COPY etc /etc/
        ENV A=base B=base
        LABEL from=base
        WORKDIR /srv
        CMD ["base"]
        EXPOSE 80
        """;
    ImageContents made = buildah.build(context.root(), base);
    Program.run(
        "skopeo", "copy", "-q", "--dest-tls-verify=false", made.skopeoName(), "docker://" + name());
  }

  @AfterAll
  static void closes() {
    if (registry != null) {
      registry.close();
    }
    if (buildah != null) {
      buildah.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LABEL only=metadata",
        "COPY a /",
        "COPY a .",
        "COPY a /lib/",
        "COPY a /lib/deeper/a",
        "COPY d /usr/lib",
        "COPY a /var/spool/",
        "COPY a /var/new/a",
        "COPY --chown=bob:grp d /home/bob",
        "COPY a /usr/lib/l",
        "ENTRYPOINT [\"e\"]\nENV B=own C=$A\nWORKDIR sub\nCOPY a .",
      })
  void theImageIsThatOfBuildah(String instructions) {
    String text = "FROM " + name() + "\n" + instructions + "\n";

    ImageContents theirs = buildah.build(context.root(), text);
    ImageContents ours =
        engine.build(
            context.root(),
            text,
            request -> request.output().registry(new RegistryOptions(false, null, null)));

    assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
    assertThat(Buildah.withoutDigests(ours.createdBy()))
        .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
    for (String member : new String[] {"Env", "Cmd", "Entrypoint"}) {
      assertThat(ours.config().object("config").strings(member))
          .as(member)
          .isEqualTo(theirs.config().object("config").strings(member));
    }
    assertThat(ours.config().object("config").string("WorkingDir"))
        .isEqualTo(theirs.config().object("config").string("WorkingDir"));
    assertThat(ours.manifest().stringMap("annotations"))
        .containsEntry("org.opencontainers.image.base.name", name());
  }

  @Test
  void theBaseAloneStaysTheImageThatItIs() {
    ImageContents ours =
        engine.build(
            context.root(),
            "FROM " + name() + "\n",
            request -> request.output().registry(new RegistryOptions(false, null, null)));

    String inRegistry =
        Program.run(
            "skopeo",
            "inspect",
            "--tls-verify=false",
            "--format={{.Digest}}",
            "docker://" + name());
    assertThat(ours.digest()).isEqualTo(inRegistry.strip());
  }

  @Test
  void imageOfThisStoreIsFoundUnderBuildahsNameForIt() {
    engine.build(
        context.root(),
        "FROM scratch\nLABEL here=yes\n",
        request -> request.output().tag(ImageReference.parse("just-built:1")));

    ImageContents next = engine.build(context.root(), "FROM localhost/just-built:1\nUSER bob\n");

    assertThat(next.config().object("config").stringMap("Labels")).containsEntry("here", "yes");
  }

  @Test
  void imageOfThisStoreIsFoundByItsId() {
    ImageContents base =
        engine.build(
            context.root(),
            "FROM scratch\nLABEL here=yes\n",
            request -> request.output().tag(ImageReference.parse("has-an-id:1")));
    String id = base.manifest().object("config").string("digest");

    for (String typed : new String[] {id, id.substring(7), id.substring(7, 19)}) {
      ImageContents next = engine.build(context.root(), "FROM " + typed + "\nUSER bob\n");

      assertThat(next.config().object("config").stringMap("Labels")).containsEntry("here", "yes");
      assertThat(next.manifest().stringMap("annotations").get("org.opencontainers.image.base.name"))
          .endsWith("@" + base.digest());
    }
  }

  private static String name() {
    return registry.host() + "/bases/small:1";
  }
}
