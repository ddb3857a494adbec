package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files of a root file system as entries of a layer. */
final class DiskEntry {
  /** Linux' PATH_MAX: a layer with a longer path would not be read back. */
  private static final int MAX_PATH = 4096;

  private static final String USER = "user.";
  private static final List<String> SECURITY = List.of("security.capability", "security.ima");

  private DiskEntry() {}

  /** The file without its extended attributes, with its time to the nanosecond. */
  static LayerEntry plain(Path file, String path, FileStatus status) throws IOException {
    return of(file, path, status, Map.of());
  }

  /** The file with the extended attributes that go into a layer. */
  static LayerEntry whole(Path file, String path, FileStatus status) throws IOException {
    return of(file, path, status, xattrs(file));
  }

  /** Whether a layer can have it: a socket means nothing without the process that made it. */
  static boolean canBeKept(FileStatus status) {
    return !status.isSocket();
  }

  /** Whether overlayfs takes the file to say that there is none. */
  static boolean isWhiteout(FileStatus status) {
    return status.isCharacterDevice() && status.major() == 0 && status.minor() == 0;
  }

  /**
   * The file with the extended attributes that go into a layer.
   *
   * @param hasXattrs false where it is known to have none
   */
  static LayerEntry of(
      Path directory, String name, String path, FileStatus status, boolean hasXattrs)
      throws IOException {
    if (hasXattrs || status.isSymlink()) {
      Path file = directory.resolve(name);
      return of(file, path, status, hasXattrs ? xattrs(file) : Map.of());
    }
    return of(directory, path, status, Map.of());
  }

  /** The names in a directory, sorted. */
  static List<String> names(Path directory) throws IOException {
    String[] found = LinuxFiles.isUtf8() ? directory.toFile().list() : null;
    if (found != null) {
      for (String name : found) {
        checked(name, directory);
      }
      Arrays.sort(found);
      return List.of(found);
    }
    return namesOneByOne(directory);
  }

  /** Tells why a directory cannot be read, and of names that are in no known encoding. */
  private static List<String> namesOneByOne(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(checked(name, directory));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(names);
    return names;
  }

  /** The path of a name in a directory of the image. */
  static String child(String directory, String name) {
    if (directory.length() + name.length() + 1 > MAX_PATH) {
      throw new BuildException(
          "a command made a path of more than " + MAX_PATH + " characters",
          "remove it in the same command");
    }
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** What buildah keeps as well: capabilities, signatures of IMA, and a user's own. */
  static Map<String, byte[]> xattrs(Path file) throws IOException {
    List<String> names = LinuxFiles.xattrNames(file);
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, byte[]> xattrs = new TreeMap<>();
    for (String name : names) {
      if (SECURITY.contains(name)
          || (name.startsWith(USER) && !OverlayAttributes.isOverlays(name))) {
        byte[] value = LinuxFiles.xattr(file, name);
        if (value != null) {
          xattrs.put(name, value);
        }
      }
    }
    return xattrs;
  }

  private static LayerEntry of(
      Path file, String path, FileStatus status, Map<String, byte[]> xattrs) throws IOException {
    boolean isDevice = status.isCharacterDevice() || status.isBlockDevice();
    return new LayerEntry(
        path,
        type(status),
        status.permissions(),
        status.uid(),
        status.gid(),
        status.isFile() ? status.size() : 0,
        status.mtimeSeconds(),
        status.mtimeNanos(),
        status.isSymlink() ? checked(Files.readSymbolicLink(file).toString(), file) : "",
        isDevice ? new LayerEntry.Device(status.major(), status.minor()) : LayerEntry.Device.NONE,
        xattrs);
  }

  private static LayerEntry.Type type(FileStatus status) {
    if (status.isDirectory()) {
      return LayerEntry.Type.DIRECTORY;
    }
    if (status.isSymlink()) {
      return LayerEntry.Type.SYMLINK;
    }
    if (status.isCharacterDevice()) {
      return LayerEntry.Type.CHARACTER_DEVICE;
    }
    if (status.isBlockDevice()) {
      return LayerEntry.Type.BLOCK_DEVICE;
    }
    return status.isFifo() ? LayerEntry.Type.FIFO : LayerEntry.Type.FILE;
  }

  /** Names that this JVM could not decode would silently become others in the image. */
  private static String checked(String name, Path directory) {
    if (name.indexOf('\ufffd') >= 0) {
      throw new BuildException(
          "the name \"" + name + "\" in " + directory + " that a command made is not in UTF-8",
          "have the command rename or remove it");
    }
    return name;
  }
}
