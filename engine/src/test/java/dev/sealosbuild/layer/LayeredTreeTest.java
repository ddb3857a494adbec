package dev.sealosbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LayeredTreeTest {
  private final LayeredTree tree = new LayeredTree();

  @Test
  void upperLayerAddsAndReplaces() throws IOException {
    add(dir("etc", 0755), file("etc/a", "1"), file("etc/b", "1"));
    add(dir("etc", 0700), file("etc/b", "2"), file("etc/c", "2"));

    assertThat(names("etc")).containsExactly("a", "b", "c");
    assertThat(content("etc/a")).isEqualTo("1");
    assertThat(content("etc/b")).isEqualTo("2");
    assertThat(find("etc").mode()).isEqualTo(0700);
  }

  @Test
  void whiteoutRemovesWhatLowerLayersHad() throws IOException {
    add(dir("etc", 0755), file("etc/a", "1"), file("etc/b", "1"));
    add(file("etc/.wh.a", ""), file("etc/c", "2"));

    assertThat(names("etc")).containsExactly("b", "c");
    assertThat(tree.find("etc/a")).isNull();
    assertThat(tree.find("etc/.wh.a")).isNull();
  }

  @Test
  void writtenWhiteoutsAreThoseOfTheSpecification() throws IOException {
    assertThat(LayerEntry.whiteout("etc/a", 7))
        .isEqualTo(LayerEntry.file("etc/.wh.a", 0, 0, 7))
        .satisfies(whiteout -> assertThat(whiteout.isWhiteout()).isTrue());
    assertThat(LayerEntry.whiteout("a", 7).path()).isEqualTo(".wh.a");
    assertThat(LayerEntry.opaque("etc", 7).path()).isEqualTo("etc/.wh..wh..opq");
    assertThat(LayerEntry.file("etc/a.wh.", 0644, 1, 7).isWhiteout()).isFalse();
  }

  @Test
  void whiteoutOfADirectoryTakesAllThatIsInIt() throws IOException {
    add(dir("d", 0755), dir("d/e", 0755), file("d/e/f", "1"));
    add(file(".wh.d", ""));

    assertThat(tree.walk("")).isEmpty();
  }

  @Test
  void whiteoutSpeaksOfLowerLayersWhereverItStands() throws IOException {
    add(file("a", "1"), file("b", "1"));
    add(file("a", "2"), file(".wh.a", ""), file(".wh.b", ""), file("b", "2"));

    assertThat(content("a")).isEqualTo("2");
    assertThat(content("b")).isEqualTo("2");
  }

  @Test
  void opaqueDirectoryHidesLowerContentsOnly() throws IOException {
    add(dir("d", 0755), file("d/old", "1"), dir("d/sub", 0755), file("d/sub/x", "1"));
    add(dir("d", 0755), file("d/new", "2"), file("d/.wh..wh..opq", ""));

    assertThat(tree.walk("").stream().map(LayerEntry::path)).containsExactly("d", "d/new");
  }

  @Test
  void typesMayChangeFromLayerToLayer() throws IOException {
    add(dir("a", 0755), file("a/x", "1"), file("b", "1"), link("c", "a"));
    add(file("a", "2"), dir("b", 0755), file("b/y", "2"), dir("c", 0755), file("c/z", "2"));

    assertThat(tree.walk("").stream().map(LayerEntry::path))
        .containsExactly("a", "b", "b/y", "c", "c/z");
    assertThat(find("a").isFile()).isTrue();
    assertThat(find("c").isDirectory()).isTrue();
  }

  @Test
  void hardLinkIsTheFileOfALowerLayerEvenWhenThatGoes() throws IOException {
    add(file("a", "one"));
    add(hardlink("b", "a"));
    add(file(".wh.a", ""));

    assertThat(find("b").isFile()).isTrue();
    assertThat(find("b").size()).isEqualTo(3);
    assertThat(content("b")).isEqualTo("one");
  }

  @Test
  void hardLinkKeepsItsContentWhenTheOtherNameIsReplaced() throws IOException {
    add(file("a", "one"), hardlink("b", "a"));
    add(file("a", "two"));

    assertThat(content("a")).isEqualTo("two");
    assertThat(content("b")).isEqualTo("one");
  }

  @Test
  void nameThatStandsTwiceInALayerIsTheLaterOne() throws IOException {
    add(file("a", "first"), file("b", "b"), file("a", "later"));

    assertThat(content("a")).isEqualTo("later");
  }

  @Test
  void entryBelowALinkStandsWhereTheLinkLeads() throws IOException {
    add(dir("usr", 0755), dir("usr/lib", 0755), link("lib", "usr/lib"));
    add(file("lib/x.so", "x"), hardlink("lib/y.so", "lib/x.so"));
    add(file("lib/.wh.x.so", ""));

    assertThat(names("usr/lib")).containsExactly("y.so");
    assertThat(tree.list("usr/lib").get(0).path()).isEqualTo("usr/lib/y.so");
    assertThat(find("lib").isSymlink()).isTrue();
    assertThat(content("usr/lib/y.so")).isEqualTo("x");
    assertThat(TreePaths.resolve(tree, "lib/y.so")).isEqualTo("usr/lib/y.so");
  }

  @Test
  void entryBelowLinksInACircleIsRefused() throws IOException {
    add(link("a", "b"), link("b", "a"));

    assertThatThrownBy(() -> add(file("a/x", "")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("too many levels");
  }

  @Test
  void directoriesThatALayerLeavesOutAreThere() throws IOException {
    add(file("a/b/c", "1"));

    assertThat(find("a/b").isDirectory()).isTrue();
    assertThat(tree.walk("").stream().map(LayerEntry::path)).containsExactly("a", "a/b", "a/b/c");
  }

  @Test
  void pathsAsDeepAsLinuxHasThemAreNoTrouble() throws IOException {
    String deep = "d/".repeat(2000) + "f";
    add(file(deep, "1"));

    assertThat(tree.walk("")).hasSize(2001);
    assertThat(content(deep)).isEqualTo("1");
  }

  @Test
  void linksAreFollowedWithinTheTreeOnly() throws IOException {
    add(
        dir("etc", 0755),
        file("etc/passwd", "p"),
        link("up", "../../.."),
        link("abs", "/etc"),
        dir("d", 0755),
        link("d/rel", "../etc/passwd"),
        link("dangling", "nowhere/x"));

    assertThat(TreePaths.resolve(tree, "up/etc/passwd")).isEqualTo("etc/passwd");
    assertThat(TreePaths.resolve(tree, "abs/passwd")).isEqualTo("etc/passwd");
    assertThat(TreePaths.resolve(tree, "d/rel")).isEqualTo("etc/passwd");
    assertThat(TreePaths.resolve(tree, "/../../d/./rel")).isEqualTo("etc/passwd");
    assertThat(TreePaths.resolve(tree, "dangling/y")).isEqualTo("nowhere/x/y");
    assertThat(TreePaths.follow(tree, "dangling")).isNull();
    assertThat(TreePaths.resolve(tree, "")).isEmpty();
  }

  @Test
  void chainOfFortyLinksIsFollowedAndALoopIsNot() throws IOException {
    LayerEntry[] chain = new LayerEntry[41];
    chain[0] = file("l0", "end");
    for (int i = 1; i <= 40; i++) {
      chain[i] = link("l" + i, "l" + (i - 1));
    }
    add(chain);
    add(link("self", "self"), link("l41", "l40"));

    assertThat(TreePaths.resolve(tree, "l40")).isEqualTo("l0");
    for (String loop : List.of("l41", "self", "self/x")) {
      assertThatThrownBy(() -> TreePaths.resolve(tree, loop))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("too many levels of symbolic links");
    }
  }

  @Test
  void pathsAreNormalisedWithinTheRoot() {
    assertThat(TreePaths.normalize("/a//b/./c/..")).isEqualTo("a/b");
    assertThat(TreePaths.normalize("../../x")).isEqualTo("x");
    assertThat(TreePaths.normalize("")).isEmpty();
    assertThat(TreePaths.normalize("/")).isEmpty();
    assertThat(TreePaths.parent("a/b")).isEqualTo("a");
    assertThat(TreePaths.parent("a")).isEmpty();
    assertThat(TreePaths.child("", "a")).isEqualTo("a");
  }

  private final java.util.IdentityHashMap<LayerEntry, String> texts =
      new java.util.IdentityHashMap<>();

  private LayerEntry file(String path, String text) {
    LayerEntry entry = LayerEntry.file(path, 0644, text.getBytes(UTF_8).length, 0);
    texts.put(entry, text);
    return entry;
  }

  private static LayerEntry dir(String path, int mode) {
    return LayerEntry.directory(path, mode, 0);
  }

  private static LayerEntry link(String path, String target) {
    return new LayerEntry(
        path,
        LayerEntry.Type.SYMLINK,
        0777,
        0,
        0,
        0,
        0,
        0,
        target,
        LayerEntry.Device.NONE,
        Map.of());
  }

  private static LayerEntry hardlink(String path, String target) {
    return LayerEntry.file(path, 0644, 0, 0).asHardlinkTo(target);
  }

  /** Writes the layer for real and puts it over the tree. */
  private void add(LayerEntry... entries) throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (LayerWriter layer =
        new LayerWriter(Compression.GZIP, Channels.newChannel(blob), Runnable::run)) {
      for (LayerEntry entry : entries) {
        byte[] text = texts.getOrDefault(entry, "").getBytes(UTF_8);
        layer.add(entry, () -> Channels.newChannel(new ByteArrayInputStream(text)));
      }
      layer.finish();
    }
    LayeredTree.LayerSource source =
        () -> LayerReader.open(new ByteArrayInputStream(blob.toByteArray()), Compression.GZIP);
    try (LayerReader reader = source.open()) {
      tree.add(LayerIndex.read(reader), source);
    }
  }

  private LayerEntry find(String path) {
    return Objects.requireNonNull(tree.find(path), path);
  }

  private List<String> names(String directory) {
    return tree.list(directory).stream().map(LayerEntry::name).toList();
  }

  private String content(String path) throws IOException {
    try (InputStream in = Channels.newInputStream(tree.content(find(path)).open())) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
