package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.store.StoreFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Files that make up an image, to be written as a tar archive or into a folder. The same files give
 * the same archive: they stand in the order of their names, and have no times.
 */
final class FileSet {
  private static final int MODE = 0644;

  private final Map<String, Piece> pieces = new TreeMap<>();

  private record Piece(long size, Content content) {}

  /** Adds a file that is in memory. */
  void add(String name, byte[] content) {
    pieces.put(
        name,
        new Piece(content.length, () -> Channels.newChannel(new ByteArrayInputStream(content))));
  }

  /** Adds a file with the content of one on disk. */
  void add(String name, Path file) throws IOException {
    pieces.put(name, new Piece(Files.size(file), () -> FileChannel.open(file)));
  }

  boolean has(String name) {
    return pieces.containsKey(name);
  }

  /**
   * Writes a tar archive beside its final name, then renames it; a file of that name is replaced,
   * what is no plain file, such as {@code /dev/stdout}, written to.
   *
   * @throws BuildException when it cannot be written; nothing is left then
   */
  void writeArchive(Path file, Executor workers) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      if (Files.isDirectory(file)) {
        throw new BuildException(file + " is a directory", "name a file for the archive");
      }
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
        writeArchive(out, workers);
      } catch (IOException e) {
        throw StoreFailure.of("writing " + file, e);
      }
      return;
    }
    Path half = Beside.of(file);
    try {
      try (FileChannel out =
          FileChannel.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeArchive(out, workers);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw StoreFailure.of("writing " + file, e);
    } finally {
      Beside.remove(half);
    }
  }

  /** Writes a tar archive to where it is taken from at once. */
  void writeArchive(WritableByteChannel out, Executor workers) throws IOException {
    try (LayerWriter archive = new LayerWriter(LayerCompression.NONE, out, workers)) {
      for (Map.Entry<String, Piece> file : pieces.entrySet()) {
        Piece piece = file.getValue();
        archive.add(LayerEntry.file(file.getKey(), MODE, piece.size(), 0), piece.content());
      }
      archive.finish();
    }
  }

  /**
   * Writes the files into a folder, which is made where it is missing, each beside its final name
   * first. One of the same name and size stays as it is if it is named by its digest.
   *
   * @param last the name of the file that makes the others count, written after them
   */
  void writeFolder(Path folder, String last) {
    try {
      for (String name : pieces.keySet()) {
        if (!name.equals(last)) {
          writeFile(folder.resolve(name), name, get(name));
        }
      }
      writeFile(folder.resolve(last), last, get(last));
    } catch (IOException e) {
      throw StoreFailure.of("writing " + folder, e);
    }
  }

  private Piece get(String name) {
    Piece piece = pieces.get(name);
    if (piece == null) {
      throw new IllegalArgumentException(name + " is not among the files");
    }
    return piece;
  }

  private static void writeFile(Path file, String name, Piece piece) throws IOException {
    boolean digest = name.matches("(.*/)?[0-9a-f]{64}([0-9a-f]{64})?");
    if (digest && Files.isRegularFile(file) && Files.size(file) == piece.size()) {
      return;
    }
    Files.createDirectories(file.getParent());
    Path half = Beside.of(file);
    try {
      try (FileChannel out =
              FileChannel.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          ReadableByteChannel in = piece.content().open()) {
        long done = 0;
        while (done < piece.size()) {
          long count = out.transferFrom(in, done, piece.size() - done);
          if (count <= 0) {
            throw new IOException(name + " became shorter while it was read");
          }
          done += count;
        }
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Beside.remove(half);
    }
  }
}
