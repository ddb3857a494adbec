package dev.sealosbuild.cluster;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of a build context that images are looked for in. Paths are relative to it, with
 * slashes; links are followed, but never out of it.
 */
final class SearchedFiles {
  /** The longest text that is read, in bytes: a generated manifest may have some megabytes. */
  static final int MAX_TEXT = 32 << 20;

  private static final int MAX_FILES = 20_000;
  private static final int MAX_DEPTH = 40;

  private final Path root;
  private final DirectoryTree tree;
  private final Set<String> asked = new TreeSet<>();

  /** Where links of the context have led. */
  private final Set<String> linked = new TreeSet<>();

  SearchedFiles(Path context) {
    this.tree = DirectoryTree.open(context, PathFilter.NONE, Runnable::run);
    this.root = tree.root();
  }

  boolean isFile(String path) {
    asked.add(path);
    return Files.isRegularFile(real(path), LinkOption.NOFOLLOW_LINKS);
  }

  boolean isDirectory(String path) {
    asked.add(path);
    return Files.isDirectory(real(path), LinkOption.NOFOLLOW_LINKS);
  }

  /** Every path that was asked for, whether there is something or not. */
  Set<String> asked() {
    return asked;
  }

  /** Every path that a link led to. */
  Set<String> linked() {
    return linked;
  }

  /** Where the file is, links followed. */
  Path real(String path) {
    if (!hasLink(path)) {
      return root.resolve(path);
    }
    String resolved = TreePaths.resolve(tree, path);
    linked.add(resolved);
    return root.resolve(resolved);
  }

  private boolean hasLink(String path) {
    for (String at = path; !at.isEmpty(); at = TreePaths.parent(at)) {
      if (Files.isSymbolicLink(root.resolve(at))) {
        return true;
      }
    }
    return false;
  }

  /** The names in a directory, sorted; those that begin with a dot are nobody's images. */
  List<String> names(String directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(real(directory))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".")) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    Collections.sort(names);
    return names;
  }

  /**
   * The regular files below a directory, each directory's in the order of their names.
   *
   * @throws BuildException when there are more than 20,000, or more than 40 directories in each
   *     other
   */
  List<String> below(String directory) {
    List<String> files = new ArrayList<>();
    collect(directory, 0, files);
    return files;
  }

  private void collect(String directory, int depth, List<String> files) {
    if (depth > MAX_DEPTH) {
      throw new BuildException(
          directory + " is more than " + MAX_DEPTH + " directories deep, or a link to itself",
          "move the files up, or mend the link");
    }
    for (String name : names(directory)) {
      String path = TreePaths.child(directory, name);
      if (isDirectory(path)) {
        collect(path, depth + 1, files);
      } else if (isFile(path)) {
        if (files.size() == MAX_FILES) {
          throw new BuildException(
              "there are more than "
                  + MAX_FILES
                  + " files to look for images in, as in "
                  + directory,
              "move what names no images elsewhere");
        }
        files.add(path);
      }
    }
  }

  /**
   * A file's bytes.
   *
   * @throws BuildException when it cannot be read, or is longer than the limit
   */
  byte[] bytes(String path, int limit) {
    try (InputStream in = Files.newInputStream(real(path), LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new BuildException(
            path + " is larger than " + (limit >> 20) + " MB, too large to look for images in",
            "split it, or move it elsewhere");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** A file's text, without a byte order mark, lines ended by line feeds. */
  String text(String path) {
    return text(bytes(path, MAX_TEXT));
  }

  /** Text as {@link #text(String)} has it. */
  static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static BuildException unreadable(String path, IOException e) {
    boolean denied = e instanceof java.nio.file.AccessDeniedException;
    return new BuildException(
        "reading " + path + " failed: " + (denied ? "permission denied" : e.getMessage()),
        denied ? "make it readable" : "",
        e);
  }
}
