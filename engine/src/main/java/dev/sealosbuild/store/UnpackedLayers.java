package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers as directories, for commands to run in: {@code rootfs/NAME/d} is the directory, {@code
 * rootfs/NAME/of} says which blob it was unpacked from, and since which start of the machine it is
 * there. Both get their place by one rename.
 *
 * <p>They are not synced to the disk, which would take longer than to unpack them: after the power
 * went a file may be empty that was not. So what another start of the machine left is not used.
 */
public final class UnpackedLayers {
  private static final String DIRECTORY = "d";
  private static final String ORIGIN = "of";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path folder;
  private final Path locks;
  private final TemporaryFolder temporary;
  private @Nullable String bootId;

  /** Fills an empty directory. */
  @FunctionalInterface
  public interface Filling {
    void fill(Path directory) throws IOException;
  }

  UnpackedLayers(Path folder, Path locks, TemporaryFolder temporary) {
    this.folder = folder;
    this.locks = locks;
    this.temporary = temporary;
  }

  /** A new empty folder that is removed with this use of the store, also when that is killed. */
  public Path newFolder() throws IOException {
    return Files.createDirectory(temporary.newPath());
  }

  /**
   * The directory of this name, where it is there and whole.
   *
   * @param name letters, digits, {@code -} and {@code _}
   */
  public Optional<Path> find(String name) throws IOException {
    Path place = place(name);
    return origin(place).endsWith(bootId())
        ? Optional.of(place.resolve(DIRECTORY))
        : Optional.empty();
  }

  /**
   * The directory of this name, filled first where it is not there. While one build fills it,
   * others that want it wait.
   *
   * @param blob that it is unpacked from: it goes with that
   */
  public Path findOrFill(String name, Digest blob, Filling filling) throws IOException {
    Optional<Path> there = find(name);
    if (there.isPresent()) {
      return there.get();
    }
    return FileLocks.whileExclusive(
        lockFile(name),
        () -> {
          Optional<Path> meanwhile = find(name);
          if (meanwhile.isPresent()) {
            return meanwhile.get();
          }
          Path unfinished = newFolder();
          try {
            filling.fill(Files.createDirectory(unfinished.resolve(DIRECTORY)));
            return place(unfinished, name, blob);
          } catch (IOException | RuntimeException e) {
            discard(unfinished, e);
            throw e;
          }
        });
  }

  /**
   * Makes a directory the one of this name, unless there is one.
   *
   * @param directory in a folder of {@link #newFolder}; it is gone from there afterwards
   */
  public Path keep(String name, Digest blob, Path directory) throws IOException {
    return FileLocks.whileExclusive(
        lockFile(name),
        () -> {
          Optional<Path> there = find(name);
          if (there.isPresent()) {
            return there.get();
          }
          Path unfinished = newFolder();
          Files.move(directory, unfinished.resolve(DIRECTORY), StandardCopyOption.ATOMIC_MOVE);
          return place(unfinished, name, blob);
        });
  }

  /** Removes what was unpacked from other blobs than these, and what is of no use any more. */
  void sweep(Set<Digest> needed) throws IOException {
    try (DirectoryStream<Path> places = Files.newDirectoryStream(folder)) {
      for (Path place : places) {
        if (!isNeeded(origin(place), needed)) {
          remove(place);
          // Nobody waits for the lock: nobody else has the store open.
          Files.deleteIfExists(lockFile(place.getFileName().toString()));
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever unpacked here.
    }
  }

  private Path place(Path unfinished, String name, Digest blob) throws IOException {
    Files.writeString(unfinished.resolve(ORIGIN), blob + " " + bootId());
    Path place = place(name);
    Files.createDirectories(folder);
    if (Files.exists(place)) {
      // Of another start of the machine: nobody that runs now uses it. Its lock is held.
      remove(place);
    }
    Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
    return place.resolve(DIRECTORY);
  }

  /** By way of the temporary folder, so that what is removed in part only is no layer any more. */
  private void remove(Path place) throws IOException {
    Path removed = temporary.newPath();
    try {
      Files.move(place, removed, StandardCopyOption.ATOMIC_MOVE);
    } catch (AccessDeniedException e) {
      // Another user's, unpacked in their user namespace: theirs to remove.
      return;
    }
    FileRemoval.remove(removed);
  }

  private void discard(Path unfinished, Exception cause) {
    try {
      FileRemoval.remove(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private boolean isNeeded(String origin, Set<Digest> needed) throws IOException {
    int space = origin.indexOf(' ');
    return space > 0
        && origin.endsWith(bootId())
        && needed.contains(Digest.parse(origin.substring(0, space)));
  }

  private static String origin(Path place) throws IOException {
    try {
      return Files.readString(place.resolve(ORIGIN), StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Which start of the machine this is; read once, for files of {@code /proc} are slow. */
  private synchronized String bootId() throws IOException {
    if (bootId == null) {
      bootId = Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    }
    return bootId;
  }

  private Path place(String name) {
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.startsWith(".")) {
      throw new BuildException("\"" + name + "\" is no name of a layer", "");
    }
    return folder.resolve(name);
  }

  private Path lockFile(String name) {
    return locks.resolve("rootfs-" + name + ".lock");
  }
}
