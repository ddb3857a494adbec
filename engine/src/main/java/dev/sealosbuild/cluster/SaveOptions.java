package dev.sealosbuild.cluster;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How images are saved.
 *
 * @param parallel how many images are under way at the same time, at least 1
 * @param allPlatforms whether the images of all platforms are saved, and not only those of the
 *     build's
 * @param lock the file with the digests that images had; null for none
 * @param updateLock whether the file's digests do not count, and are written anew
 */
public record SaveOptions(
    int parallel, boolean allPlatforms, @Nullable Path lock, boolean updateLock) {
  /** As sealos has it: five at the same time. */
  public static final SaveOptions DEFAULT = new SaveOptions(5, false, null, false);
}
