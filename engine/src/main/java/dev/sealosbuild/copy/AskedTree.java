package dev.sealosbuild.copy;

import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file tree that remembers what it was asked, and what it answered. */
final class AskedTree implements FileTree {
  private final FileTree tree;
  private final List<String> answers = new ArrayList<>();

  AskedTree(FileTree tree) {
    this.tree = tree;
  }

  /** The paths that were asked for, each with the type of what is there and where a link leads. */
  List<String> answers() {
    return answers;
  }

  @Override
  public @Nullable LayerEntry find(String path) {
    LayerEntry entry = tree.find(path);
    String answer = entry == null ? "" : entry.type().flag() + entry.link();
    answers.add(path + "\0" + answer);
    return entry;
  }

  @Override
  public List<LayerEntry> list(String directory) {
    throw new IllegalStateException("only single paths of the base are asked for");
  }

  @Override
  public Content content(LayerEntry file) {
    throw new IllegalStateException("no contents of the base are asked for");
  }
}
