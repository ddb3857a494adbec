package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.MediaType;
import java.util.HashSet;
import java.util.Set;

/**
 * Bounds a walk through an index. Each manifest is entered once, whatever number of indexes list
 * it: a few small indexes that list one another's could otherwise be walked for ever.
 */
final class IndexWalk {
  /** Indexes within an index within an index; what tools write has at most one. */
  private static final int MAX_NESTED = 2;

  private final Set<Digest> entered = new HashSet<>();

  /**
   * Enters a manifest or an index.
   *
   * @param depth indexes that it is within
   * @return false where this was entered before
   * @throws BuildException when an index is within too many others
   */
  boolean enter(Descriptor image, int depth) {
    checkDepth(image, depth);
    return entered.add(image.digest());
  }

  /** Throws what {@link #enter} does, where whoever walks sees to it that nothing is done twice. */
  static void checkDepth(Descriptor image, int depth) {
    if (depth > MAX_NESTED && MediaType.isIndex(image.mediaType())) {
      throw new BuildException(
          "the index " + image.digest() + " is within " + depth + " others",
          "at most " + MAX_NESTED + " are followed; name the inner one by its digest");
    }
  }
}
