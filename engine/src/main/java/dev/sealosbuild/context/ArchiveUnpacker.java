package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.posix.NotPermittedException;
import dev.sealosbuild.posix.NotSupportedException;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks an archive as a build context: types, contents, modes and times; owners mean nothing
 * there. Links in the archive are followed within the directory, as if it were the root of a
 * system; nothing is read or written outside it. Later entries replace earlier ones.
 */
public final class ArchiveUnpacker {
  /** A million empty files take a minute and four gigabytes; no context has as many. */
  private static final int MAX_ENTRIES = 1_000_000;

  private static final int BLOCK = 64 << 10;
  private static final byte[] ZEROS = new byte[BLOCK];

  /** Of setuid, setgid and sticky, a context has the last. */
  private static final int KEPT_MODE = 01777;

  private final String name;
  private final Path root;
  private final DirectoryTree tree;
  private final Progress progress;

  /** Where directories of the archive are, without links; with what they get at the end. */
  private final Map<String, @Nullable LayerEntry> directories = new HashMap<>();

  private final byte[] buffer = new byte[BLOCK];
  private int skipped;

  private ArchiveUnpacker(String name, Path root, Progress progress) {
    this.name = name;
    this.tree = DirectoryTree.open(root, PathFilter.NONE, Runnable::run);
    this.root = tree.root();
    this.progress = progress;
  }

  /**
   * Unpacks an archive.
   *
   * @param archive read to its end, and closed
   * @param name what to call it in messages, such as {@code the archive "x.tgz"}
   * @param directory an empty one, into which nothing else writes meanwhile
   * @throws BuildException when the archive is damaged, leads out of the directory, has more than a
   *     million entries, or the disk is full
   */
  public static void unpack(
      InputStream archive, ArchiveFormat format, String name, Path directory, Progress progress) {
    try (InputStream in = archive;
        LayerReader reader = LayerReader.openArchive(in, format, name)) {
      new ArchiveUnpacker(name, directory, progress).unpack(reader);
    } catch (IOException | InvalidPathException e) {
      throw new BuildException(
          name + " cannot be unpacked: " + reason(e),
          "make it anew, and see that there is room on the disk",
          e);
    }
  }

  private void unpack(LayerReader reader) throws IOException {
    int count = 0;
    for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
      if (++count > MAX_ENTRIES) {
        throw new BuildException(
            name + " has more than " + MAX_ENTRIES + " entries", "use a smaller one");
      }
      add(entry, reader.content());
    }
    finishDirectories();
    if (skipped > 0) {
      progress.warn(name + ": left out " + skipped + " devices, which only root can make");
    }
  }

  private void add(LayerEntry entry, InputStream content) throws IOException {
    if (entry.path().isEmpty()) {
      return;
    }
    String parent = directory(TreePaths.parent(entry.path()));
    String path = TreePaths.child(parent, entry.name());
    Path file = root.resolve(path);
    if (entry.isDirectory()) {
      addDirectory(entry.withPath(path), file);
      return;
    }
    remove(path, file);
    switch (entry.type()) {
      case FILE -> write(file, entry, content);
      case SYMLINK -> {
        Files.createSymbolicLink(file, Path.of(entry.link()));
        setTime(file, entry);
      }
      case HARDLINK -> link(file, entry);
      case FIFO -> {
        LinuxFiles.makeFifo(file, entry.mode() & KEPT_MODE);
        setTime(file, entry);
      }
      default -> device(file, entry);
    }
    if (!entry.xattrs().isEmpty() && entry.isFile()) {
      setAttributes(file, entry);
    }
  }

  private void device(Path file, LayerEntry entry) throws IOException {
    long major = entry.device().major();
    long minor = entry.device().minor();
    try {
      if (entry.type() == LayerEntry.Type.CHARACTER_DEVICE) {
        LinuxFiles.makeCharacterDevice(file, entry.mode() & KEPT_MODE, major, minor);
      } else {
        LinuxFiles.makeBlockDevice(file, entry.mode() & KEPT_MODE, major, minor);
      }
      setTime(file, entry);
    } catch (NotPermittedException e) {
      skipped++;
    }
  }

  /** Those that a COPY takes from a context, where this file system and this user can set them. */
  private static void setAttributes(Path file, LayerEntry entry) throws IOException {
    try {
      for (Map.Entry<String, byte[]> attribute : entry.xattrs().entrySet()) {
        if (ContextAttributes.isCopied(attribute.getKey())) {
          LinuxFiles.setXattr(file, attribute.getKey(), attribute.getValue());
        }
      }
    } catch (NotPermittedException | NotSupportedException e) {
      // Then the context is one without them, as it would be had the user unpacked it here.
    }
  }

  private void addDirectory(LayerEntry entry, Path file) throws IOException {
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      remove(entry.path(), file);
      Files.createDirectory(file);
    }
    directories.put(entry.path(), entry);
  }

  /** Where the directory of this name is when links are followed; made where it is missing. */
  private String directory(String path) throws IOException {
    if (path.isEmpty() || directories.containsKey(path)) {
      return path;
    }
    String real = TreePaths.resolve(tree, path);
    String at = "";
    for (String part : real.split("/", -1)) {
      at = TreePaths.child(at, part);
      if (!at.isEmpty() && !directories.containsKey(at)) {
        makeDirectory(at);
      }
    }
    return real;
  }

  private void makeDirectory(String path) throws IOException {
    Path file = root.resolve(path);
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(file);
      } catch (FileAlreadyExistsException e) {
        throw new BuildException(
            name + " has something in /" + path + ", which is no directory",
            "do not use that archive");
      }
    }
    directories.putIfAbsent(path, null);
  }

  /** Takes away what an earlier entry of the same path put there. */
  private void remove(String path, Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      FileRemoval.remove(file);
      directories.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    } else {
      Files.deleteIfExists(file);
    }
  }

  private void write(Path file, LayerEntry entry, InputStream content) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long rest = entry.size();
      while (rest > 0) {
        int count = content.readNBytes(buffer, 0, (int) Math.min(BLOCK, rest));
        if (count == 0) {
          throw new IOException("it ends in the midst of " + entry.path());
        }
        rest -= count;
        if (rest > 0 && Arrays.equals(buffer, 0, count, ZEROS, 0, count)) {
          out.position(out.position() + count); // a hole: a sparse file takes no more than it has
        } else {
          writeFully(out, ByteBuffer.wrap(buffer, 0, count));
        }
      }
    }
    // The owner can read it: a build by an ordinary user could not copy it otherwise.
    Files.setAttribute(file, "unix:mode", (entry.mode() & KEPT_MODE) | 0400);
    setTime(file, entry);
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private void link(Path file, LayerEntry entry) throws IOException {
    String target = entry.link();
    String real =
        TreePaths.child(
            TreePaths.resolve(tree, TreePaths.parent(target)),
            target.substring(target.lastIndexOf('/') + 1));
    try {
      Path existing = root.resolve(real);
      if (real.isEmpty() || Files.isDirectory(existing, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(real);
      }
      Files.createLink(file, existing);
    } catch (NoSuchFileException e) {
      throw new BuildException(
          name
              + " has a hard link /"
              + entry.path()
              + " to /"
              + target
              + ", which is no file in it",
          "make the archive anew");
    }
  }

  /** Modes and times of directories last: making files in them needs the one, changes the other. */
  private void finishDirectories() throws IOException {
    for (LayerEntry entry : directories.values()) {
      if (entry != null) {
        Path file = root.resolve(entry.path());
        setTime(file, entry);
      }
    }
    String[] deepestFirst = directories.keySet().toArray(String[]::new);
    Arrays.sort(deepestFirst, java.util.Comparator.reverseOrder());
    for (String path : deepestFirst) {
      LayerEntry entry = directories.get(path);
      if (entry != null) {
        Files.setAttribute(root.resolve(path), "unix:mode", (entry.mode() & KEPT_MODE) | 0500);
      }
    }
  }

  private static void setTime(Path file, LayerEntry entry) throws IOException {
    // Java's own way opens the file, which waits for ever at a pipe.
    LinuxFiles.setTime(file, entry.mtimeSeconds(), entry.mtimeNanos());
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
