package dev.sealosbuild.copy;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.util.List;

/** What was seen of one file, or of all that is in a directory, before it is copied. */
public interface CopyScan extends AutoCloseable {

  /**
   * The file; or what is in the directory, parents first, further names of one file as hard links
   * to the first. Paths are those of the place that it is copied from.
   */
  List<LayerEntry> entries();

  /** The content of a regular file, to be read by any thread, in any order. */
  Content content(LayerEntry file);

  /** The digest of all that a copy depends on: names, types, modes, owners and contents. */
  Digest digest();

  /** Whether nothing has changed since the last time, so that the digest costs nothing. */
  default boolean isUnchanged() {
    return false;
  }

  /** Tells that every content is about to be asked for. */
  default void prepare() {}

  /** Leaves large files without a digest of their own while they are copied. */
  default void deferLargeContents() {}

  /** Whether the digest stands for what was seen of the files, not for their contents. */
  default boolean isProvisional() {
    return false;
  }

  /** Takes the files to be those that have this provisional digest, as a comparison has shown. */
  default void adopt(Digest known) {
    throw new IllegalStateException("the digest is not provisional");
  }

  /** Lets go of what was kept for reading contents. */
  @Override
  default void close() {}
}
