package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times of folders in which the engine makes something for a command and removes it again: they get
 * their time back, unless the command changed them as well.
 */
final class FolderTimes {
  private final Map<Path, FileTime> before = new LinkedHashMap<>();
  private final Map<Path, FileTime> during = new LinkedHashMap<>();

  /** To be called before something is made in the folder. */
  void note(Path folder) {
    before.putIfAbsent(folder, modified(folder));
  }

  /** To be called when everything was made. */
  void settle() {
    before.keySet().forEach(folder -> during.put(folder, modified(folder)));
  }

  /** To be called when the command has ended, before anything is removed. */
  void compare() {
    before.keySet().removeIf(folder -> !MountPoints.exists(folder));
    before.keySet().removeIf(folder -> !modified(folder).equals(during.get(folder)));
  }

  /** To be called when everything was removed. */
  void restore() {
    for (Map.Entry<Path, FileTime> folder : before.entrySet()) {
      if (MountPoints.exists(folder.getKey())) {
        set(folder.getKey(), folder.getValue());
      }
    }
  }

  private static FileTime modified(Path folder) {
    try {
      return Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static void set(Path folder, FileTime time) {
    try {
      Files.getFileAttributeView(folder, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(time, null, null);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  private static BuildException failure(Path folder, IOException e) {
    return new BuildException(
        "the time of " + folder + " cannot be kept: " + e.getMessage(), "check its file system", e);
  }
}
