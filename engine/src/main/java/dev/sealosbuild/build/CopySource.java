package dev.sealosbuild.build;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.glob.Glob;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import java.util.ArrayList;
import java.util.List;

/**
 * One file or directory that a COPY names, or that its pattern matches.
 *
 * @param name its last name as it was written or matched, which it keeps in a directory
 * @param path where it is, all links followed
 * @param directory whether it is one, so that its contents are copied
 */
record CopySource(String name, String path, boolean directory) {

  /**
   * What the sources of a COPY are, in order; what a pattern matches is sorted.
   *
   * @param patterns paths and patterns, relative to the context however they begin
   * @param ignoreFile its name, for messages
   * @throws BuildException when one of them names nothing
   */
  static List<CopySource> find(DirectoryTree context, List<String> patterns, String ignoreFile) {
    List<CopySource> sources = new ArrayList<>();
    for (String pattern : patterns) {
      int before = sources.size();
      String path = TreePaths.normalize(pattern);
      if (Glob.hasWildcard(path)) {
        match(context, path, sources);
      } else {
        add(context, path, sources);
      }
      if (sources.size() == before) {
        throw nothing(context, pattern, path, ignoreFile);
      }
    }
    return sources;
  }

  private static void add(DirectoryTree context, String path, List<CopySource> sources) {
    String real = TreePaths.resolve(context, path);
    LayerEntry entry = context.find(real);
    if (entry == null || isIgnored(context, path, entry)) {
      return;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    sources.add(new CopySource(name, real, entry.isDirectory()));
  }

  /** An ignored directory may still have something in it that is not. */
  private static boolean isIgnored(DirectoryTree context, String path, LayerEntry entry) {
    return context.isIgnored(path) && !entry.isDirectory();
  }

  private static void match(DirectoryTree context, String pattern, List<CopySource> sources) {
    Glob glob = Glob.ofPath(pattern);
    String prefix = glob.literalPrefix();
    String start = prefix.contains("/") ? prefix.substring(0, prefix.lastIndexOf('/')) : "";
    walk(context, glob, start, sources, 0);
  }

  private static void walk(
      DirectoryTree context, Glob glob, String directory, List<CopySource> sources, int depth) {
    String real = TreePaths.resolve(context, directory);
    LayerEntry entry = context.find(real);
    if (entry == null || !entry.isDirectory() || depth > 255) {
      return;
    }
    for (LayerEntry child : context.list(real)) {
      String path = TreePaths.child(directory, child.name());
      if (glob.matches(path)) {
        add(context, path, sources);
      } else if (glob.mayMatchBelow(path)) {
        walk(context, glob, path, sources, depth + 1);
      }
    }
  }

  private static BuildException nothing(
      DirectoryTree context, String pattern, String path, String ignoreFile) {
    boolean ignored =
        !Glob.hasWildcard(path) && context.find(TreePaths.resolve(context, path)) != null;
    if (ignored) {
      return new BuildException(
          "\"" + pattern + "\" is left out of the build context by " + ignoreFile,
          "take it back in there by a line \"!" + path + "\"");
    }
    return new BuildException(
        Glob.hasWildcard(path)
            ? "no file of the build context matches \"" + pattern + "\""
            : "\"" + pattern + "\" is not in the build context " + context.root(),
        "paths are relative to the build context; check the name, and the context that was given");
  }
}
