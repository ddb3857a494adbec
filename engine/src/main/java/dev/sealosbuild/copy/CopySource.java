package dev.sealosbuild.copy;

import dev.sealosbuild.dockerfile.Dialect;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.glob.Glob;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import java.util.ArrayList;
import java.util.List;

/**
 * One file or directory that a COPY names, or that its pattern matches.
 *
 * @param name its last name as it was written or matched, which it keeps in a directory; with
 *     {@code --parents} its path from where these begin
 * @param path where it is, all links followed
 * @param directory whether it is one, so that its contents are copied
 * @param parents with {@code --parents}, the directories that are copied for its sake, itself
 *     included where it is one; their paths are relative as the name is
 */
public record CopySource(String name, String path, boolean directory, List<LayerEntry> parents) {
  private static final int MAX_DEPTH = 255;

  /** What every other builder says here, so that it can be searched for. */
  private static final String MISSING = "no such file or directory";

  public CopySource {
    parents = List.copyOf(parents);
  }

  public CopySource(String name, String path, boolean directory) {
    this(name, path, directory, List.of());
  }

  /**
   * What the sources of a COPY are, in order; what a pattern matches, which may be nothing, is
   * sorted.
   *
   * @param patterns paths and patterns, relative to the root however they begin
   * @param excludes of files that a source names
   * @param parents whether {@code --parents} was given
   * @throws BuildException when one that is no pattern names nothing
   */
  public static List<CopySource> find(
      CopyRoot root, List<String> patterns, Excludes excludes, boolean parents) {
    List<CopySource> sources = new ArrayList<>();
    for (String pattern : patterns) {
      Search search = new Search(root, new ArrayList<>());
      String path = TreePaths.normalize(pattern);
      search.run(path);
      if (search.found().isEmpty() && !Glob.hasWildcard(path)) {
        throw nothing(root, pattern, path);
      }
      for (Found found : search.found()) {
        if (found.entry().isDirectory() || !excludes.leavesOut(found.path())) {
          sources.add(
              parents
                  ? withParents(root, found, elementsBeforePivot(pattern, found.path()))
                  : found.source());
        }
      }
    }
    return sources;
  }

  /**
   * What a path or pattern leads to.
   *
   * @param path as it was written or matched
   * @param real the same with all links followed
   */
  private record Found(String path, String real, LayerEntry entry) {
    CopySource source() {
      return new CopySource(path.substring(path.lastIndexOf('/') + 1), real, entry.isDirectory());
    }
  }

  /** A search through a root, and what it has come upon. */
  private record Search(CopyRoot root, List<Found> found) {

    void run(String path) {
      if (!Glob.hasWildcard(path)) {
        add(path);
        return;
      }
      Glob glob = Glob.ofPath(path);
      String prefix = glob.literalPrefix();
      walk(glob, prefix.contains("/") ? prefix.substring(0, prefix.lastIndexOf('/')) : "", 0);
    }

    /** What a link leads to is no more in the context than if it were named. */
    private void add(String path) {
      String real = TreePaths.resolve(root.files(), path);
      LayerEntry entry = root.files().find(real);
      if (entry != null
          && !root.isLeftOut(path, entry.isDirectory())
          && remains(real, entry.isDirectory(), 0)) {
        found.add(new Found(path, real, entry));
      }
    }

    /** Whether something is left of it: an ignored directory needs something that is not in it. */
    private boolean remains(String path, boolean directory, int depth) {
      if (!root.isLeftOut(path, false)) {
        return true;
      }
      if (!directory || depth > MAX_DEPTH || root.isLeftOut(path, true)) {
        return false;
      }
      for (LayerEntry child : root.files().list(path)) {
        if (remains(TreePaths.child(path, child.name()), child.isDirectory(), depth + 1)) {
          return true;
        }
      }
      return false;
    }

    private void walk(Glob glob, String directory, int depth) {
      FileTree files = root.files();
      String real = TreePaths.resolve(files, directory);
      LayerEntry entry = files.find(real);
      if (entry == null || !entry.isDirectory() || depth > MAX_DEPTH) {
        return;
      }
      for (LayerEntry child : files.list(real)) {
        String path = TreePaths.child(directory, child.name());
        if (glob.matches(path)) {
          add(path);
        } else if (glob.mayMatchBelow(path)) {
          walk(glob, path, depth + 1);
        }
      }
    }
  }

  /**
   * How many names of the path stand before {@code /./}, from where on parents are kept. A pattern
   * before it takes as few names as it can.
   */
  private static int elementsBeforePivot(String pattern, String path) {
    int pivot = pattern.indexOf("/./");
    String before = pivot < 0 ? "" : TreePaths.normalize(pattern.substring(0, pivot));
    if (before.isEmpty()) {
      return 0;
    }
    String[] names = path.split("/", -1);
    if (Glob.hasWildcard(before)) {
      Glob directory = Glob.ofPath(before);
      Glob below = Glob.ofPath(TreePaths.normalize(pattern.substring(pivot)));
      // Two stars may stand for no directory at all.
      if (Glob.ofPath(before + "/x").matches("x") && below.matches(path)) {
        return 0;
      }
      String at = "";
      for (int i = 0; i < names.length; i++) {
        at = TreePaths.child(at, names[i]);
        String rest = i + 1 < names.length ? path.substring(at.length() + 1) : "";
        if (directory.matches(at) && below.matches(rest)) {
          return i + 1;
        }
      }
    }
    return before.split("/", -1).length;
  }

  private static CopySource withParents(CopyRoot root, Found found, int pivot) {
    String[] names = found.path().isEmpty() ? new String[0] : found.path().split("/", -1);
    List<LayerEntry> parents = new ArrayList<>();
    String at = "";
    String name = "";
    for (int i = 0; i < names.length; i++) {
      at = TreePaths.child(at, names[i]);
      if (i >= pivot) {
        name = TreePaths.child(name, names[i]);
        LayerEntry entry = TreePaths.follow(root.files(), at);
        if (entry != null && entry.isDirectory()) {
          parents.add(entry.withPath(name));
        }
      }
    }
    return new CopySource(name, found.real(), found.entry().isDirectory(), parents);
  }

  /**
   * What it means that no source has brought anything: patterns that match nothing, and nothing
   * else. For buildah that is a mistake, BuildKit makes an empty layer.
   *
   * @throws BuildException where it is a mistake
   */
  public static void checkNothingFound(CopyRoot root, List<String> patterns, Dialect dialect) {
    if (dialect == Dialect.BUILDKIT) {
      return;
    }
    for (String pattern : patterns) {
      String path = TreePaths.normalize(pattern);
      Search search = new Search(root, new ArrayList<>());
      search.run(path);
      if (search.found().isEmpty()) {
        throw nothing(root, pattern, path);
      }
    }
  }

  private static BuildException nothing(CopyRoot root, String pattern, String path) {
    boolean ignored =
        !Glob.hasWildcard(path) && root.files().find(TreePaths.resolve(root.files(), path)) != null;
    if (ignored) {
      return new BuildException(
          "\""
              + pattern
              + "\" is left out of the build context by "
              + root.ignoreFile()
              + ": "
              + MISSING,
          "take it back in there by a line \"!" + path + "\"");
    }
    return new BuildException(
        Glob.hasWildcard(path)
            ? "nothing in " + root.description() + " matches \"" + pattern + "\": " + MISSING
            : "\"" + pattern + "\" is not in " + root.description() + ": " + MISSING,
        root.remedy(path));
  }
}
