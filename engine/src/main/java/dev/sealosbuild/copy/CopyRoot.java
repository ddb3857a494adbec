package dev.sealosbuild.copy;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.layer.FileTree;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A place that COPY takes files from: the build context, a named one, a stage, an image. */
public interface CopyRoot {

  /** What is there, whether it is ignored or not. */
  FileTree files();

  /** Whether the path, and all that may be below it, is there but left out by an ignore file. */
  boolean isLeftOut(String path, boolean directory);

  /** The name of that ignore file; empty where there is none. */
  String ignoreFile();

  /**
   * Looks at a file, or at all that is in a directory.
   *
   * @param excludes what else is left out
   */
  CopyScan scan(String path, PathFilter excludes);

  /**
   * A digest that stands for everything there without a look at it: what is copied from it now is
   * what was copied then. Null where only a look can tell.
   */
  @Nullable String identity();

  /**
   * Where a file lies on this machine, for what has to look into it first; null where it does not
   * lie there by itself.
   */
  default @Nullable Path fileOf(String path) {
    return null;
  }

  /** What to do about a path that nothing is at. */
  default String remedy(String path) {
    return "paths are relative to the root of " + description() + "; check the name";
  }

  /** What to call it in messages, such as {@code the stage "build"}. */
  String description();
}
