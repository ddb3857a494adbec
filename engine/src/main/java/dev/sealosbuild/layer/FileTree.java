package dev.sealosbuild.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files that can be read: a build context, the layers of an image. Paths are relative to
 * its root, without a leading or trailing {@code /}; the root is the empty path.
 */
public interface FileTree {

  /** What stands at the path, a symbolic link as itself; null where nothing does. */
  @Nullable LayerEntry find(String path);

  /** What stands directly in a directory, sorted by name. */
  List<LayerEntry> list(String directory);

  /** The content of a regular file of this tree. */
  Content content(LayerEntry file);

  /** Everything below a path, parents first, each directory sorted by name; not the path itself. */
  default List<LayerEntry> walk(String directory) {
    List<LayerEntry> entries = new ArrayList<>();
    for (LayerEntry entry : list(directory)) {
      entries.add(entry);
      if (entry.isDirectory()) {
        entries.addAll(walk(entry.path()));
      }
    }
    return entries;
  }
}
