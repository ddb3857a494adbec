package dev.sealosbuild.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Finished files on their way to their places. */
final class Placement {
  private Placement() {}

  /**
   * Puts a file in its place, at once and whole, in the place of what was there.
   *
   * @param place in a folder that may not exist; it nearly always does, so that is not asked first
   */
  static void move(Path unfinished, Path place) throws IOException {
    try {
      Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      Files.createDirectories(place.getParent());
      Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
