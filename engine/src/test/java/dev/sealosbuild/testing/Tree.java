package dev.sealosbuild.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A folder that a test fills: each method makes one thing in it, with the folders above it. */
public final class Tree {
  /** The time that {@link #settle} gives to everything. */
  public static final Instant TIME = Instant.ofEpochSecond(1_500_000_000L);

  private final Path root;

  public Tree(Path root) {
    this.root = root;
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** A path within it. */
  public Path path(String name) {
    return name.isEmpty() ? root : root.resolve(name);
  }

  /** Makes a file with this text. */
  public Tree file(String name, String content) {
    return bytes(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a file with these bytes. */
  public Tree bytes(String name, byte[] content) {
    return make(name, path -> Files.write(path, content));
  }

  /** Makes a copy of the machine's busybox, which needs no library. */
  public Tree busybox(String name) {
    return make(name, path -> Files.copy(Path.of("/bin/busybox"), path)).mode(name, 0755);
  }

  /** Makes a file of so many bytes that do not compress, the same for the same seed. */
  public Tree noise(String name, int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return bytes(name, content);
  }

  /** Makes an empty directory. */
  public Tree directory(String name) {
    return make(name, Files::createDirectories);
  }

  /** Makes a symbolic link. */
  public Tree link(String name, String target) {
    return make(name, path -> Files.createSymbolicLink(path, Path.of(target)));
  }

  /** Makes another name of a file that is there. */
  public Tree hardLink(String name, String existing) {
    return make(name, path -> Files.createLink(path, path(existing)));
  }

  /** Makes a named pipe. */
  public Tree fifo(String name) {
    return make(name, path -> Program.run("mkfifo", "-m", "644", path.toString()));
  }

  /** Makes a character device; needs root. */
  public Tree device(String name, int major, int minor) {
    return make(
        name,
        path -> Program.run("mknod", "-m", "600", path.toString(), "c", "" + major, "" + minor));
  }

  /** Sets the permission bits, such as 04755 (octal). */
  public Tree mode(String name, int mode) {
    return attribute(name, "unix:mode", mode);
  }

  /** Sets the owner by number; needs root. */
  public Tree owner(String name, int uid, int gid) {
    return attribute(name, "unix:uid", uid).attribute(name, "unix:gid", gid);
  }

  /** Sets an extended attribute {@code user.name}, where the file system keeps them. */
  public Tree userAttribute(String name, String attribute, String value) {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path(name), UserDefinedFileAttributeView.class);
    try {
      view.write(attribute, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Gives everything the time {@link #TIME}. */
  public Tree settle() {
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> all = paths.toList();
      FileTime time = FileTime.from(TIME);
      for (Path path : all) {
        BasicFileAttributeView view =
            Files.getFileAttributeView(
                path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view.readAttributes().isOther()) {
          // Java opens what it sets times of, which waits for ever at a pipe.
          Program.run("touch", "-h", "-d", "@" + TIME.getEpochSecond(), path.toString());
        } else {
          view.setTimes(time, time, null);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private Tree attribute(String name, String attribute, int value) {
    try {
      Files.setAttribute(path(name), attribute, value, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private Tree make(String name, Maker maker) {
    Path path = path(name);
    try {
      Files.createDirectories(path.getParent());
      maker.make(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  @FunctionalInterface
  private interface Maker {
    void make(Path path) throws IOException;
  }
}
