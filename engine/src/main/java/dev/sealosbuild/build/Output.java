package dev.sealosbuild.build;

import dev.sealosbuild.image.ImageReference;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place that an image, or the files in it, go to when it is built, besides the store.
 *
 * @param kind what goes there
 * @param destination a file or a directory; null for a stream, for what has its place by its name,
 *     and for the Docker daemon
 * @param stream gets an archive where there is no destination; null for none
 * @param names of the image there; empty for those that the build has
 * @param push whether the image is pushed to its names
 */
public record Output(
    Kind kind,
    @Nullable Path destination,
    @Nullable OutputStream stream,
    List<ImageReference> names,
    boolean push) {
  public Output {
    names = List.copyOf(names);
  }

  /** What goes there. */
  public enum Kind {
    /** The image, in the store and in registries. */
    IMAGE,
    /** The image, as an archive in OCI's form. */
    OCI_ARCHIVE,
    /** The image, as an OCI image layout. */
    OCI_LAYOUT,
    /** The image, as an archive that {@code docker load} takes; to the daemon without a place. */
    DOCKER_ARCHIVE,
    /** The files, in a directory. */
    LOCAL,
    /** The files, as a tar archive. */
    TAR
  }
}
