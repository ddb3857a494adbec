package dev.sealosbuild.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a folder. Links of the disk are followed: build systems make layouts of links, and
 * what a blob is is told by its digest.
 */
record FolderFiles(Path path) implements ImageFiles {
  @Override
  public boolean has(String name) {
    return isWithin(name) && Files.isRegularFile(path.resolve(name));
  }

  @Override
  public InputStream open(String name) throws IOException {
    if (!has(name)) {
      throw new NoSuchFileException(name);
    }
    return Files.newInputStream(path.resolve(name));
  }

  @Override
  public void close() {}

  private static boolean isWithin(String name) {
    return !name.startsWith("/")
        && name.indexOf('\0') < 0
        && !List.of(name.split("/", -1)).contains("..");
  }
}
