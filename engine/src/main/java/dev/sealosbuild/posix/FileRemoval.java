package dev.sealosbuild.posix;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Removes trees of files. Needs nothing but Java, so every build may use it. */
public final class FileRemoval {
  /** What the owner of a directory needs to remove what is in it. */
  private static final int OWNER = 0700;

  private FileRemoval() {}

  /**
   * Removes a file, or a directory with all that is in it, whatever its modes; links are not
   * followed. Somebody else may remove some of it meanwhile.
   */
  public static void remove(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            try {
              makeWritable(directory);
              return FileVisitResult.CONTINUE;
            } catch (NoSuchFileException e) {
              return FileVisitResult.SKIP_SUBTREE;
            }
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // The walk opens a directory before it asks: one that may not be read fails here.
            if (!(e instanceof AccessDeniedException) || !makeWritable(file)) {
              throw e;
            }
            remove(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Lets its owner in; false where that was so already, or cannot be. */
  private static boolean makeWritable(Path directory) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(directory, "unix:mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) attributes.get("mode");
    if (!Boolean.TRUE.equals(attributes.get("isDirectory")) || (mode & OWNER) == OWNER) {
      return false;
    }
    try {
      Files.setAttribute(directory, "unix:mode", (mode & 07777) | OWNER);
      return true;
    } catch (FileSystemException e) {
      return false; // another user's: that nothing in it can be removed is told there
    }
  }
}
