package io.jenkins.plugins.sealosbuild.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where files of a step may lie that no build is to copy into an image. */
public final class OutsideFolder {
  private OutsideFolder() {}

  /**
   * The trees that a build may copy from: the step's directory, the workspace that it is in, and
   * the contexts that are directories.
   */
  public static List<String> trees(Settings settings, @Nullable String workspace) {
    List<String> trees = new ArrayList<>(List.of("."));
    if (workspace != null) {
      trees.add(workspace);
    }
    String context = settings.text("context");
    if (context != null) {
      trees.add(context);
    }
    for (String named : settings.texts("buildContexts")) {
      trees.add(named.substring(named.indexOf('=') + 1));
    }
    return trees;
  }

  /**
   * The first folder that lies in none of the trees; null where each does.
   *
   * @param directory that relative trees start from
   * @param trees what is no directory, such as an address, counts for nothing
   */
  public static @Nullable String choose(Path directory, List<String> trees, List<String> folders)
      throws IOException {
    List<Path> roots = new ArrayList<>();
    for (String tree : trees) {
      Path root = directory(directory, tree);
      if (root != null) {
        roots.add(root);
      }
    }
    for (String folder : folders) {
      Path real = real(Path.of(folder));
      if (roots.stream().noneMatch(real::startsWith)) {
        return folder;
      }
    }
    return null;
  }

  private static @Nullable Path directory(Path from, String tree) throws IOException {
    try {
      Path path = from.resolve(tree);
      return Files.isDirectory(path) ? path.toRealPath() : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Without links, as far as the path is there. */
  private static Path real(Path path) throws IOException {
    Path there = path.toAbsolutePath().normalize();
    Path parent = there;
    while (parent.getParent() != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    return parent.toRealPath().resolve(parent.relativize(there)).normalize();
  }
}
