package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What COPY puts where is what buildah puts there: paths, types, modes, owners, contents, links.
 */
class CopyLikeBuildahTest {
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
    context
        .file("a", "hi\n")
        .file("b", "bb\n")
        .file("d/x", "x\n")
        .file("d/s/y", "y\n")
        .directory("d/empty")
        .directory("empty")
        .file("m700/f", "m\n")
        .mode("m700", 0700)
        .directory("m700/in")
        .mode("m700/in", 0711)
        .file("with space", "space\n");
    context
        .file("etc/passwd", "root:x:0:0::/:\nbob:x:7:8::/:\n")
        .file("etc/group", "root:x:0:\ngrp:x:9:\nbob:x:8:\n");
    context
        .link("to-file", "a")
        .link("to-dir", "d")
        .link("to-nothing", "nowhere")
        .link("absolute", "/a")
        .link("links/file", "../a")
        .link("links/dir", "../d")
        .link("links/gone", "gone")
        .link("links/out", "../../../etc/shadow")
        .link("links/root", "/t/u");
    context.file("hard/1", "1\n").hardLink("hard/2", "hard/1").hardLink("hard-too", "hard/1");
    context
        .file("bits/suid", "s")
        .mode("bits/suid", 04755)
        .file("bits/sgid", "g")
        .mode("bits/sgid", 02755)
        .file("bits/sticky", "t")
        .mode("bits/sticky", 01644)
        .file("bits/read-only", "r")
        .mode("bits/read-only", 0400)
        .file("bits/none", "n")
        .mode("bits/none", 0)
        .directory("bits/dir")
        .mode("bits/dir", 01777)
        .directory("bits/sgid-dir")
        .mode("bits/sgid-dir", 02775);
    context.file("owned/f", "o").owner("owned/f", 1000, 33).owner("owned", 12, 13);
    context.fifo("special/pipe").device("special/null", 1, 3);
    context
        .file("names/new\nline", "1")
        .file("names/uml\u00e4ut-\u65e5\u672c", "1")
        .file("names/back\\slash", "1")
        .file("names/quo\"te", "1")
        .file("names/*star", "1")
        .file("names/" + "x".repeat(100), "1")
        .file("names/" + "y".repeat(255), "1")
        .file("names/" + "p".repeat(90) + "/" + "q".repeat(90) + "/" + "r".repeat(120), "1")
        .link("names/link", "q".repeat(150));
    context.file("over/x/s", "a file where d has a directory").file("over/s/x", "below");
    context.file("replace/dir", "was a link").file("replace/root/z", "dir where a link was");
    context.bytes("big/zeros", new byte[3 << 20]).noise("big/noise", 3 << 20, 7);
    context.settle();
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
        // a file
        "COPY a /",
        "COPY a .",
        "COPY a /x",
        "COPY a /x/",
        "COPY a /p/q/r",
        "COPY a /p/q/r/",
        "COPY a //x//y",
        "COPY a /p/../q",
        "COPY /a /x",
        "COPY ./a /x",
        "COPY ../a /x",
        "COPY [\"with space\", \"/x y/\"]",
        // a directory
        "COPY d /x",
        "COPY d /x/",
        "COPY d/ /x",
        "COPY d/. /x",
        "COPY d /x/.",
        "COPY d /p/q/r",
        "COPY m700 /",
        "COPY m700 /x",
        "COPY empty /x",
        "COPY empty /",
        "COPY . /all/",
        "COPY . .",
        // several, and globs
        "COPY a b /x/",
        "COPY a d m700 /x/",
        "COPY d/x over/x /x/",
        "COPY a* /x/",
        "COPY [ab] /x/",
        "COPY m7* /x",
        "COPY d/* /x/",
        "COPY ?/* /x/",
        "COPY [a-d]* /x/",
        // links in the context
        "COPY to-file /x",
        "COPY to-file /x/",
        "COPY to-dir /x",
        "COPY to-dir/x /x",
        "COPY to-dir/s /x",
        "COPY absolute /x",
        "COPY links /x",
        "COPY hard /x",
        "COPY hard hard-too /x/",
        "COPY hard/* /x/",
        // modes and owners
        "COPY bits /x",
        "COPY bits/suid /x",
        "COPY owned /x",
        "COPY special /x",
        "COPY --chown=1:2 d /p/q",
        "COPY --chown=5 a /p/q",
        "COPY --chown=:7 a /x",
        "COPY --chown=1:2 links /x",
        "COPY --chown=3000000:4000000 a /x",
        "COPY --chmod=755 d /x",
        "COPY --chmod=0600 a /p/x",
        "COPY --chmod=4711 a /x",
        "COPY --chmod=700 links /x",
        "COPY --chmod=700 --chown=1:1 d /x",
        "COPY etc /etc/\nCOPY --chown=bob a /x",
        "COPY etc /etc/\nCOPY --chown=bob:grp a /x",
        "COPY etc /etc/\nCOPY --chown=3:grp a /x",
        "COPY etc /etc/\nCOPY --chown=7 a /x",
        // names and contents
        "COPY names /x",
        "COPY big /x",
        // where the image has something already
        "COPY d /x\nCOPY a /x",
        "COPY a /x\nCOPY b /x",
        "COPY --chmod=700 --chown=3:3 d /x\nCOPY d /x",
        "COPY --chmod=711 --chown=3:3 d /x\nCOPY a /x/s/z",
        "COPY d /x\nCOPY --chown=1:1 a /x/new/z",
        "COPY a /x/s\nCOPY d /x",
        "COPY d /x/x\nCOPY d /x",
        "COPY d /d\nCOPY links /x\nCOPY a /x/dir/",
        "COPY d /d\nCOPY links /x\nCOPY a /x/dir",
        "COPY links /x\nCOPY a /x/root/",
        "COPY a /t/u/q\nCOPY links /x\nCOPY a /x/root/n",
        "COPY a /t/u/q\nCOPY links /x\nCOPY replace /x",
        "COPY a /x/file\nCOPY a /x/dir/f\nCOPY links /x",
        // the working directory
        "WORKDIR /w\nCOPY a r",
        "WORKDIR /w\nCOPY a r/",
        "WORKDIR /w\nCOPY a .",
        "WORKDIR /w/v\nCOPY a ../u/",
        "WORKDIR /w/v\nCOPY a /x",
        "WORKDIR /w\nWORKDIR v\nCOPY d .",
        "USER 5\nWORKDIR /w\nCOPY a .",
        "VOLUME /v\nCOPY a /v/x",
        "COPY d /v\nVOLUME /v\nCOPY a /v/x\nCOPY b /v/s/",
        // another stage
        "COPY d /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY d /x\nFROM scratch\nCOPY --from=0 x/x /y",
        "COPY d /x\nFROM scratch\nCOPY --from=0 /x/x /x/s/y /y/",
        "COPY d /x\nFROM scratch\nCOPY --from=0 / /",
        "COPY d /x\nFROM scratch\nWORKDIR /w\nCOPY --from=0 /x .",
        "COPY d /x\nFROM scratch\nCOPY --from=0 /x/* /y/",
        "COPY --chown=7:8 --chmod=4711 a /x/f\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY --chown=7:8 --chmod=4711 a /x/f\nFROM scratch\nCOPY --from=0 / /y",
        "COPY --chown=7:8 --chmod=4711 a /x/f\nFROM scratch\nCOPY --from=0 /x/f /p/y",
        "COPY --chown=7:8 --chmod=4711 d /x/f\nFROM scratch\nCOPY --from=0 --chown=9:10 / /y",
        "COPY --chown=7:8 --chmod=4711 d /x/f\nFROM scratch\nCOPY --from=0 --chmod=751 / /y",
        "COPY hard /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY hard /x\nFROM scratch\nCOPY --from=0 /x/* /y/",
        "COPY links /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY links /x\nCOPY a /a\nFROM scratch\nCOPY --from=0 /x/file /y",
        "COPY links /x\nCOPY d /d\nFROM scratch\nCOPY --from=0 /x/dir /y",
        "COPY links /x\nCOPY d /d\nFROM scratch\nCOPY --from=0 /x/dir/x /y",
        "COPY special /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY names /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY big /x\nCOPY a /x/a\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY a /x\nCOPY b /x\nFROM scratch\nCOPY --from=0 /x /y",
        "COPY d /x\nFROM scratch\nCOPY a /a\nFROM scratch\nCOPY --from=0 /x /y\nCOPY --from=1 a /",
        "COPY etc /etc\nFROM scratch\nCOPY --from=0 /etc /etc\nCOPY --chown=bob:grp a /x",
      })
  void copyPutsWhatBuildahPuts(String instructions) {
    String text = "FROM scratch\n" + instructions + "\n";

    List<String> theirs = buildah.build(context.root(), text).listing();
    assertThat(engine.build(context.root(), text).listing()).containsExactlyElementsOf(theirs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY nope /x",
        "COPY a nope /x/",
        "COPY zz* /x/",
        "COPY to-nothing /x",
        "COPY links/out /x",
        "COPY --chown=bob a /x",
        "COPY --chown=4294967296 a /x",
        "COPY etc /etc/\nCOPY --chown=alice a /x",
        "COPY etc /etc/\nCOPY --chown=bob:nobody a /x",
        "COPY --chmod=999 a /x",
        "COPY a /x\nCOPY d /x",
        "COPY a /x\nCOPY b /x/",
        "COPY a /x\nCOPY b /x/y",
        "COPY --from=nowhere a /x",
        "COPY --from=0 a /x",
        "COPY a /a\nFROM scratch\nCOPY --from=0 /b /x",
        "COPY a /a\nFROM scratch\nCOPY --from=0 /b* /x",
        "COPY http://127.0.0.1:1/a /x",
        "ADD nope /x",
        "ADD http://127.0.0.1:1/a /x",
        "COPY a",
        "COPPY a /x",
      })
  void whatBuildahRefusesIsRefusedWithTheLineAndARemedy(String instructions) {
    String text = "FROM scratch\n" + instructions + "\n";
    String last = instructions.substring(instructions.lastIndexOf('\n') + 1);
    assertThat(buildah.builds(context.root(), text)).isFalse();

    InstructionException failure =
        catchThrowableOfType(InstructionException.class, () -> engine.build(context.root(), text));
    assertThat(failure.excerpt()).contains("Containerfile:" + text.lines().count()).contains(last);
    assertThat(failure.remedy()).isNotBlank();
  }
}
