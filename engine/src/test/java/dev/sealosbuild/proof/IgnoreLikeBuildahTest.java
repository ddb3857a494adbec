package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ignore file hides from COPY is what it hides from buildah's. */
class IgnoreLikeBuildahTest {
  @TempDir Path folder;

  private Tree context;
  private Buildah buildah;
  private Engine engine;

  @BeforeEach
  void makesAContext() {
    Buildah.require();
    buildah = new Buildah(folder.resolve("buildah"));
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context"));
    for (String name :
        new String[] {
          "a",
          "b.log",
          "keep.log",
          "n/c.log",
          "n/d",
          "n/m/e.log",
          "n/m/f",
          "ign/x",
          "ign/y",
          "ign/z/w",
          "Dockerfile",
          "Kubefile",
          "a b",
          "#hash"
        }) {
      context.file(name, name);
    }
    context.directory("e").settle();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*.log\n!keep.log\nign\n!ign/y\n",
        "**/*.log\nign/\n# a comment\n\n/a\n",
        "*\n!n/d\n!a\n",
        "*\n!n\n",
        "*\n!n\nn/m\n",
        "ign/*\n",
        "ign/z/w\n",
        "Dockerfile\n.dockerignore\n",
        "n/*/e.log\n",
        "**/m\n",
        "n/**\n",
        "n/**/e.log\n",
        "  a  \n\n./b.log\n",
        "ign/../a\n",
        "[ab]\n?.log\n",
        "",
      })
  void copyOfEverythingLeavesOutTheSame(String ignored) {
    context.file(".dockerignore", ignored).settle();
    same("COPY . /all/");
  }

  @Test
  void aDirectoryThatIsCopiedByNameLosesTheSame() {
    context.file(".dockerignore", "ign/*\n!ign/y\n*/*.log\n").settle();
    same("COPY ign n /x/");
  }

  @Test
  void containerignoreComesBeforeDockerignore() {
    context.file(".dockerignore", "a\n").file(".containerignore", "*.log\n").settle();
    same("COPY . .");
  }

  private void same(String instruction) {
    String text = "FROM scratch\n" + instruction + "\n";
    List<String> theirs = buildah.build(context.root(), text).listing();
    assertThat(engine.build(context.root(), text).listing()).containsExactlyElementsOf(theirs);
  }
}
