package dev.sealosbuild.layer;

import java.nio.file.Files;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which time an image and its files get: the one that was asked for, or the real one.
 *
 * @param fixed of the image, its history and directories made on the way; null for the real times
 * @param files what becomes of the times of copied files where there is a fixed one
 */
public record BuildTime(@Nullable Instant fixed, Files files) {
  /** The real times. */
  public static final BuildTime REAL = new BuildTime(null);

  /** What becomes of a file's own time. */
  public enum Files {
    /** It stays. */
    KEPT,
    /** It becomes the fixed one where it is later. */
    CLAMPED,
    /** It becomes the fixed one. */
    SET
  }

  /** Everything, files included, is of this time, as {@code --timestamp} has it; null for none. */
  public BuildTime(@Nullable Instant everything) {
    this(everything, Files.SET);
  }

  /** The time that the argument SOURCE_DATE_EPOCH tells; null for none. */
  public @Nullable Instant epoch() {
    return files == Files.SET ? null : fixed;
  }

  /** RFC 3339, for histories and configurations. */
  public String now() {
    return (fixed != null ? fixed : Instant.now()).toString();
  }

  /** Whole seconds since 1970, for directories that are made on the way. */
  public long seconds() {
    return (fixed != null ? fixed : Instant.now()).getEpochSecond();
  }

  /** The entry with the time that it gets in a layer. */
  public LayerEntry stamp(LayerEntry entry) {
    if (fixed == null || files == Files.KEPT) {
      return entry;
    }
    long latest = fixed.getEpochSecond();
    boolean late =
        entry.mtimeSeconds() > latest || (entry.mtimeSeconds() == latest && entry.mtimeNanos() > 0);
    return files == Files.SET || late ? entry.withTime(latest, 0) : entry;
  }

  /** What a key must hold of it. */
  public String key() {
    if (fixed == null) {
      return "";
    }
    String seconds = Long.toString(fixed.getEpochSecond());
    return files == Files.SET ? seconds : seconds + files.name();
  }
}
