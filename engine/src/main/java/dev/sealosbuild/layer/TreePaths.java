package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths within a {@link FileTree}: their normal form, and where their symbolic links lead. */
public final class TreePaths {
  /** As Linux has it: more links than this on one way are a loop. */
  private static final int MAX_LINKS = 40;

  private TreePaths() {}

  /**
   * The path without empty, {@code .} and {@code ..} names; a {@code ..} at the root stays there,
   * so that no path leaves the tree.
   */
  public static String normalize(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return String.join("/", names);
  }

  /** The path of a name in a directory. */
  public static String child(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** The directory that the path stands in; the root's is the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * Where the path leads when every symbolic link on the way, and at its end, is followed within
   * the tree. What does not exist is taken as it stands.
   *
   * @throws BuildException when the links go round in a circle
   */
  public static String resolve(FileTree tree, String path) {
    Deque<String> rest = new ArrayDeque<>(List.of(path.split("/", -1)));
    String at = "";
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        at = parent(at);
        continue;
      }
      String next = child(at, name);
      LayerEntry entry = tree.find(next);
      if (entry == null || !entry.isSymlink()) {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new BuildException(
            "/" + normalize(path) + ": too many levels of symbolic links", "mend the links");
      }
      if (entry.link().startsWith("/")) {
        at = "";
      }
      String[] target = entry.link().split("/", -1);
      for (int i = target.length - 1; i >= 0; i--) {
        rest.addFirst(target[i]);
      }
    }
    return at;
  }

  /** What the path leads to when links are followed; null where nothing is there. */
  public static @Nullable LayerEntry follow(FileTree tree, String path) {
    return tree.find(resolve(tree, path));
  }
}
