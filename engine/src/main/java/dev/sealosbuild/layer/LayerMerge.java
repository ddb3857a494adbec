package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes one layer of several that lie one over the other: over the same lower layers it comes to
 * the same files. Where there are lower layers, what it removes of them stays removed.
 *
 * <p>First come directories, links and whiteouts, then the files in the order of the layers, so
 * that each layer is read once from its beginning to its end, then further names of files.
 */
public final class LayerMerge {
  private final MergeTree tree;
  private final List<LayeredTree.LayerSource> layers = new ArrayList<>();

  /**
   * @param lowest whether there is nothing below, so that nothing needs to be removed
   */
  public LayerMerge(boolean lowest) {
    this.tree = new MergeTree(lowest);
  }

  /** Puts a layer over what there is. */
  public void add(LayerIndex layer, LayeredTree.LayerSource source) {
    tree.add(layer, layers.size());
    layers.add(source);
  }

  /**
   * Writes the one layer.
   *
   * @param written is told each entry
   * @throws IOException when one of the layers cannot be read
   */
  public void writeTo(LayerWriter out, Consumer<LayerEntry> written) throws IOException {
    Map<MergeTree.Place, List<LayerEntry>> files = new LinkedHashMap<>();
    for (MergeTree.Merged merged : tree.entries()) {
      if (merged.place() == null) {
        out.add(merged.entry());
        written.accept(merged.entry());
      } else {
        files.computeIfAbsent(merged.place(), none -> new ArrayList<>()).add(merged.entry());
      }
    }
    for (int number = 0; number < layers.size(); number++) {
      copyFiles(number, files, out, written);
    }
    for (List<LayerEntry> names : files.values()) {
      for (LayerEntry name : names.subList(1, names.size())) {
        LayerEntry link = name.asHardlinkTo(names.get(0).path());
        out.add(link);
        written.accept(link);
      }
    }
  }

  private void copyFiles(
      int layer,
      Map<MergeTree.Place, List<LayerEntry>> files,
      LayerWriter out,
      Consumer<LayerEntry> written)
      throws IOException {
    Map<Integer, LayerEntry> wanted = new HashMap<>();
    files.forEach(
        (place, names) -> {
          if (place.layer() == layer) {
            wanted.put(place.number(), names.get(0));
          }
        });
    if (wanted.isEmpty()) {
      return;
    }
    try (LayerReader reader = layers.get(layer).open()) {
      int number = 0;
      for (LayerEntry found = reader.next();
          found != null && !wanted.isEmpty();
          found = reader.next()) {
        LayerEntry entry = wanted.remove(number++);
        if (entry != null) {
          copy(entry, found, reader, out);
          written.accept(entry);
        }
      }
    }
    if (!wanted.isEmpty()) {
      throw changed(wanted.values().iterator().next());
    }
  }

  private static void copy(LayerEntry entry, LayerEntry found, LayerReader reader, LayerWriter out)
      throws IOException {
    if (!found.isFile() || found.size() != entry.size()) {
      throw changed(entry);
    }
    if (entry.size() > LayerWriter.SMALL_FILE) {
      out.add(entry, () -> Channels.newChannel(new LeftOpen(reader.content())));
      return;
    }
    // Small files are written when others read on.
    byte[] bytes = reader.content().readNBytes((int) entry.size());
    out.add(entry, () -> Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  private static BuildException changed(LayerEntry entry) {
    return new BuildException(
        "/" + entry.path() + " is not in its layer as it was when the layer was listed",
        "pull or build the image again");
  }

  /** The content of an entry, whose end is not the end of its layer. */
  private static final class LeftOpen extends FilterInputStream {
    LeftOpen(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte @Nullable [] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public void close() {}
  }
}
