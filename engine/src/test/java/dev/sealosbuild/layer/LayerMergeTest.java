package dev.sealosbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayerMergeTest {
  private static final List<String> PATHS =
      List.of("a", "b", "a/c", "a/d", "a/c/e", "a/c/f", "b/g", "b/g/h", "i");

  /** A layer as a blob and as a list. */
  private static final class Layer {
    private final byte[] blob;
    private final LayerIndex index;

    Layer(byte[] blob, LayerIndex index) {
      this.blob = blob;
      this.index = index;
    }

    LayerIndex index() {
      return index;
    }

    static Layer of(List<LayerEntry> entries, String content) throws IOException {
      ByteArrayOutputStream blob = new ByteArrayOutputStream();
      try (LayerWriter writer =
          new LayerWriter(Compression.NONE, Channels.newChannel(blob), Runnable::run)) {
        for (LayerEntry entry : entries) {
          byte[] bytes = content.repeat((int) entry.size()).getBytes(StandardCharsets.UTF_8);
          writer.add(entry, () -> Channels.newChannel(new ByteArrayInputStream(bytes)));
        }
        writer.finish();
      }
      return new Layer(blob.toByteArray(), new LayerIndex(entries));
    }

    LayerReader open() throws IOException {
      return LayerReader.open(new ByteArrayInputStream(blob), Compression.NONE);
    }
  }

  @Test
  void oneLayerComesToWhatManyComeTo() throws IOException {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      List<Layer> lower = layers(random, 0);
      List<Layer> upper = layers(random, 5);
      List<Layer> all = new ArrayList<>(lower);
      all.addAll(upper);
      List<Layer> merged = new ArrayList<>(lower);
      merged.add(merge(upper, lower.isEmpty()));

      assertThat(listing(merged)).as("seed " + seed).isEqualTo(listing(all));
    }
  }

  @Test
  void theLowestLayerHasNoWhiteouts() throws IOException {
    Layer first =
        Layer.of(List.of(LayerEntry.file("a", 0644, 1, 0), LayerEntry.file("b", 0644, 1, 0)), "x");
    Layer second = Layer.of(List.of(LayerEntry.whiteout("a", 0), LayerEntry.opaque("", 0)), "x");

    assertThat(merge(List.of(first, second), true).index().entries()).isEmpty();
  }

  @Test
  void hardLinksStayHardLinksAndTheirContentIsWrittenOnce() throws IOException {
    LayerEntry file = LayerEntry.file("a", 0644, 100_000, 0);
    Layer first = Layer.of(List.of(file, file.withPath("b").asHardlinkTo("a")), "x");
    Layer second = Layer.of(List.of(LayerEntry.whiteout("a", 0)), "y");
    Layer third = Layer.of(List.of(LayerEntry.directory("c", 0700, 0)), "z");

    assertThat(merge(List.of(first, third), true).index().entries())
        .extracting(entry -> entry.path() + " " + entry.type() + " " + entry.link())
        .containsExactly("c DIRECTORY ", "a FILE ", "b HARDLINK a");
    assertThat(merge(List.of(first, second), true).index().entries())
        .extracting(entry -> entry.path() + " " + entry.type())
        .containsExactly("b FILE");
  }

  private static List<Layer> layers(Random random, int least) throws IOException {
    List<Layer> layers = new ArrayList<>();
    int count = random.nextInt(3) + (least > 0 ? 1 : 0);
    for (int i = 0; i < count; i++) {
      layers.add(Layer.of(entries(random), String.valueOf((char) ('A' + least + i))));
    }
    return layers;
  }

  private static List<LayerEntry> entries(Random random) {
    List<LayerEntry> entries = new ArrayList<>();
    String file = null;
    Set<String> directories = new HashSet<>(Set.of(""));
    for (String path : PATHS) {
      // A layer has an entry for each directory that it puts something into.
      int kind = random.nextInt(9);
      if (!directories.contains(TreePaths.parent(path)) && kind != 1) {
        continue;
      }
      switch (kind) {
        case 0, 6, 7 -> {
          entries.add(LayerEntry.directory(path, 0700, 1));
          directories.add(path);
        }
        case 1 -> entries.add(LayerEntry.whiteout(path, 1));
        case 2 -> entries.add(LayerEntry.opaque(path, 1));
        case 3, 4 -> {
          entries.add(LayerEntry.file(path, 0600, random.nextInt(2) * 70_000 + 3, 1));
          file = path;
        }
        case 5 -> {
          if (file != null) {
            entries.add(LayerEntry.file(path, 0600, 0, 1).asHardlinkTo(file));
          }
        }
        default -> {}
      }
    }
    return entries;
  }

  private static Layer merge(List<Layer> layers, boolean lowest) throws IOException {
    LayerMerge merge = new LayerMerge(lowest);
    layers.forEach(layer -> merge.add(layer.index(), layer::open));
    List<LayerEntry> written = new ArrayList<>();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (LayerWriter writer =
        new LayerWriter(Compression.NONE, Channels.newChannel(blob), Runnable::run)) {
      merge.writeTo(writer, written::add);
      writer.finish();
    }
    Layer result = new Layer(blob.toByteArray(), new LayerIndex(written));
    try (LayerReader reader = result.open()) {
      assertThat(LayerIndex.read(reader).entries())
          .extracting(LayerEntry::path)
          .isEqualTo(written.stream().map(LayerEntry::path).toList());
    }
    return result;
  }

  private static List<String> listing(List<Layer> layers) throws IOException {
    LayeredTree tree = new LayeredTree();
    layers.forEach(layer -> tree.add(layer.index(), layer::open));
    List<String> listing = new ArrayList<>();
    for (LayerEntry entry : tree.walk("")) {
      String content = "";
      if (entry.isFile()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Channels.newInputStream(tree.content(entry).open()).transferTo(bytes);
        content = bytes.size() + bytes.toString(StandardCharsets.UTF_8).substring(0, 1);
      }
      listing.add(entry.path() + " " + entry.type() + " " + entry.mode() + " " + content);
    }
    return listing;
  }
}
