package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file of a context as lstat(2) tells of it.
 *
 * @param entry how it stands in the tree, with what a COPY makes of it: in whole seconds, and
 *     root's, without setuid and setgid, where it does not count {@code asIs}
 * @param mtime of its content, nanoseconds since 1970
 * @param ctime of its content or metadata, nanoseconds since 1970
 * @param device of the file system, for a file of several names; 0 for any other
 * @param inode number in the file system
 * @param links number of its names
 * @param socket whether it is a socket, which a layer cannot have
 */
record FileStat(
    LayerEntry entry, long mtime, long ctime, long device, long inode, int links, boolean socket) {
  /** What every file is asked for; each more costs 40,000 files some 20 ms. */
  private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,ctime,ino,nlink";

  private static final String WITH_OWNER = ATTRIBUTES + ",uid,gid";

  private static final int TYPE_MASK = 0170000;
  private static final int KEPT_MODE = 01777;

  /**
   * What is at the path; null where nothing is. A link's target is not looked at.
   *
   * @param asIs whether the owner counts, and the setuid and setgid bits
   */
  static @Nullable FileStat of(Path file, String path, boolean asIs) {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(file, asIs ? WITH_OWNER : ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) attributes.get("mode");
      LayerEntry.Type type = type(mode);
      int links = (Integer) attributes.get("nlink");
      long mtime = nanos(attributes.get("lastModifiedTime"));
      boolean isDevice =
          type == LayerEntry.Type.CHARACTER_DEVICE || type == LayerEntry.Type.BLOCK_DEVICE;
      LayerEntry entry =
          new LayerEntry(
              path,
              type,
              type == LayerEntry.Type.SYMLINK ? 0777 : mode & (asIs ? 07777 : KEPT_MODE),
              asIs ? id(attributes.get("uid")) : 0,
              asIs ? id(attributes.get("gid")) : 0,
              type == LayerEntry.Type.FILE ? (Long) attributes.get("size") : 0,
              Math.floorDiv(mtime, 1_000_000_000L),
              0,
              type == LayerEntry.Type.SYMLINK ? linkTarget(file) : "",
              isDevice ? device(number(file, "unix:rdev")) : LayerEntry.Device.NONE,
              Map.of());
      return new FileStat(
          entry,
          mtime,
          nanos(attributes.get("ctime")),
          links > 1 && type == LayerEntry.Type.FILE ? number(file, "unix:dev") : 0,
          (Long) attributes.get("ino"),
          links,
          (mode & TYPE_MASK) == 0140000);
    } catch (java.nio.file.NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Not a directory")) {
        return null;
      }
      throw DirectoryTree.unreadable(file, e);
    }
  }

  /** Whether two names of this inode can be told from two files. */
  boolean isShared() {
    return links > 1 && entry.isFile();
  }

  private static long number(Path file, String attribute) throws IOException {
    return (Long) Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS);
  }

  private static LayerEntry.Type type(int mode) {
    return switch (mode & TYPE_MASK) {
      case 0040000 -> LayerEntry.Type.DIRECTORY;
      case 0120000 -> LayerEntry.Type.SYMLINK;
      case 0020000 -> LayerEntry.Type.CHARACTER_DEVICE;
      case 0060000 -> LayerEntry.Type.BLOCK_DEVICE;
      case 0010000 -> LayerEntry.Type.FIFO;
      default -> LayerEntry.Type.FILE;
    };
  }

  private static String linkTarget(Path file) throws IOException {
    return checkedName(Files.readSymbolicLink(file).toString(), file);
  }

  /** Names that this JVM could not decode would silently become others in the image. */
  static String checkedName(String name, Path file) {
    if (name.indexOf('\ufffd') >= 0) {
      throw new BuildException(
          "the name \"" + file + "\" is not in UTF-8",
          "rename it, or set LC_ALL=C.UTF-8 if the name is right");
    }
    return name;
  }

  /** As glibc's gnu_dev_major and gnu_dev_minor take a device number apart. */
  private static LayerEntry.Device device(long number) {
    return new LayerEntry.Device(
        (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL),
        (number & 0xff) | (number >>> 12 & ~0xffL));
  }

  private static long id(Object number) {
    return Integer.toUnsignedLong((Integer) number);
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }
}
