package dev.sealosbuild.layer;

import java.util.Map;

/**
 * One file, directory, link or device of a layer or of any other file tree.
 *
 * @param path within the tree, names separated by {@code /}, without a leading or trailing one;
 *     empty for the root
 * @param type what it is
 * @param mode the permissions with setuid, setgid and sticky bits: the low twelve bits
 * @param uid numeric owner
 * @param gid numeric group
 * @param size of a regular file's content in bytes; 0 for everything else
 * @param mtimeSeconds of the last change, seconds since 1970 in UTC
 * @param mtimeNanos fraction of that second, 0 to 999,999,999
 * @param link target of a symbolic link as it stands, or path within the tree of what a hard link
 *     shares its content with; empty for everything else
 * @param device major and minor number of a device; {@link Device#NONE} for everything else
 * @param xattrs extended attributes by their full names, such as {@code security.capability}
 */
public record LayerEntry(
    String path,
    Type type,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    String link,
    Device device,
    Map<String, byte[]> xattrs) {

  /**
   * What the names of whiteouts begin with.
   *
   * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#whiteouts">OCI
   *     image-spec, whiteouts</a>
   */
  static final String WHITEOUT_PREFIX = ".wh.";

  static final String OPAQUE_NAME = ".wh..wh..opq";

  /** What an entry is, in the terms of the tar format. */
  public enum Type {
    FILE('0'),
    DIRECTORY('5'),
    SYMLINK('2'),
    HARDLINK('1'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    FIFO('6');

    private final char flag;

    Type(char flag) {
      this.flag = flag;
    }

    /** The type flag of a tar header. */
    public char flag() {
      return flag;
    }

    /** The type of a flag that {@link #flag} gave. */
    static Type ofFlag(int flag) {
      for (Type type : values()) {
        if (type.flag == flag) {
          return type;
        }
      }
      throw new IllegalArgumentException("no type has the flag " + flag);
    }
  }

  /** The numbers of a device. */
  public record Device(long major, long minor) {
    public static final Device NONE = new Device(0, 0);
  }

  /** A directory of root's, as one is made where none was described. */
  public static LayerEntry directory(String path, int mode, long mtimeSeconds) {
    return new LayerEntry(
        path, Type.DIRECTORY, mode, 0, 0, 0, mtimeSeconds, 0, "", Device.NONE, Map.of());
  }

  /** A regular file of root's. */
  public static LayerEntry file(String path, int mode, long size, long mtimeSeconds) {
    return new LayerEntry(
        path, Type.FILE, mode, 0, 0, size, mtimeSeconds, 0, "", Device.NONE, Map.of());
  }

  /** An empty file of a name that removes the path from what lower layers come to. */
  public static LayerEntry whiteout(String path, long mtimeSeconds) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return file(
        TreePaths.child(TreePaths.parent(path), WHITEOUT_PREFIX + name), 0, 0, mtimeSeconds);
  }

  /** An empty file of a name that hides all that lower layers have in the directory. */
  public static LayerEntry opaque(String directory, long mtimeSeconds) {
    return file(TreePaths.child(directory, OPAQUE_NAME), 0, 0, mtimeSeconds);
  }

  /** Whether the entry stands for something that is gone; no real file can have such a name. */
  public boolean isWhiteout() {
    return name().startsWith(WHITEOUT_PREFIX);
  }

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  public boolean isFile() {
    return type == Type.FILE;
  }

  public boolean isSymlink() {
    return type == Type.SYMLINK;
  }

  /** The last name of the path; empty for the root. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  public LayerEntry withPath(String newPath) {
    return new LayerEntry(
        newPath, type, mode, uid, gid, size, mtimeSeconds, mtimeNanos, link, device, xattrs);
  }

  public LayerEntry withMode(int newMode) {
    return new LayerEntry(
        path, type, newMode, uid, gid, size, mtimeSeconds, mtimeNanos, link, device, xattrs);
  }

  public LayerEntry withOwner(long newUid, long newGid) {
    return new LayerEntry(
        path, type, mode, newUid, newGid, size, mtimeSeconds, mtimeNanos, link, device, xattrs);
  }

  public LayerEntry withTime(long seconds, int nanos) {
    return new LayerEntry(path, type, mode, uid, gid, size, seconds, nanos, link, device, xattrs);
  }

  public LayerEntry withXattrs(Map<String, byte[]> newXattrs) {
    return new LayerEntry(
        path, type, mode, uid, gid, size, mtimeSeconds, mtimeNanos, link, device, newXattrs);
  }

  /** As a hard link to what stands at another path of the same tree. */
  public LayerEntry asHardlinkTo(String target) {
    return new LayerEntry(
        path,
        Type.HARDLINK,
        mode,
        uid,
        gid,
        0,
        mtimeSeconds,
        mtimeNanos,
        target,
        Device.NONE,
        xattrs);
  }
}
