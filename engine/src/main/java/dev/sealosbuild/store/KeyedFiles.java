package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Small files under keys, each written whole or not at all. They may be lost with the power, as a
 * cache may; a reader must be able to tell a file that is not whole.
 */
public final class KeyedFiles {
  private static final int MAX_BYTES = 1 << 30;

  private final Path folder;
  private final TemporaryFolder temporary;

  KeyedFiles(Path folder, TemporaryFolder temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * The bytes under the key.
   *
   * @param key a name, or names separated by {@code /}, of letters, digits and {@code -}
   */
  public Optional<byte[]> get(String key) {
    try {
      Path file = path(key);
      // Not Files.size first: one system call less on the path of every build.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long size = channel.size();
        if (size > MAX_BYTES) {
          return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) size);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        return buffer.hasRemaining() ? Optional.empty() : Optional.of(buffer.array());
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StoreFailure.of("reading " + folder.resolve(key), e);
    }
  }

  /** Puts the bytes under the key, in place of what was there. */
  public void put(String key, byte[] bytes) {
    Path file = path(key);
    try {
      Path unfinished = temporary.newPath();
      Files.write(unfinished, bytes);
      Placement.move(unfinished, file);
    } catch (IOException e) {
      throw StoreFailure.of("writing " + file, e);
    }
  }

  /** Whether anything stands under the key, a file or a folder of files. */
  public boolean has(String key) {
    return Files.exists(path(key));
  }

  /** The last names of the keys that begin with this name and a slash, newest last. */
  public List<String> names(String first) {
    try (Stream<Path> files = Files.list(path(first))) {
      return files
          .sorted(Comparator.comparing(file -> file.toFile().lastModified()))
          .map(file -> file.getFileName().toString())
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw StoreFailure.of("listing " + path(first), e);
    }
  }

  /** All keys, in no order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> keys.add(folder.relativize(file).toString()));
    } catch (NoSuchFileException e) {
      return keys;
    } catch (IOException e) {
      throw StoreFailure.of("listing " + folder, e);
    } catch (UncheckedIOException e) {
      throw StoreFailure.of("listing " + folder, e.getCause());
    }
    return keys;
  }

  /** Removes what stands under the key. */
  void remove(String key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  /** Removes everything. */
  void clear() throws IOException {
    FileRemoval.remove(folder);
  }

  private Path path(String key) {
    Path file = folder.resolve(key).normalize();
    if (!file.startsWith(folder)) {
      throw new BuildException("the key " + key + " leaves its folder", "");
    }
    return file;
  }
}
