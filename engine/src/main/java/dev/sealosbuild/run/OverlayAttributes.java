package dev.sealosbuild.run;

import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.posix.NotPermittedException;
import dev.sealosbuild.posix.NotSupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where overlayfs keeps its own notes: in attributes that only root may set, or, in a user
 * namespace and with the mount option {@code userxattr}, in a user's.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">The kernel's overlayfs</a>
 */
public enum OverlayAttributes {
  /** Of a process that has CAP_SYS_ADMIN where the machine's first user namespace is. */
  TRUSTED("trusted.overlay.", "redirect_dir=off,metacopy=off,index=off"),

  /** Of root in a user namespace; the kernel turns the same things off by itself there. */
  USER("user.overlay.", "userxattr");

  private static final byte[] YES = {'y'};

  private final String prefix;
  private final String mountOptions;

  OverlayAttributes(String prefix, String mountOptions) {
    this.prefix = prefix;
    this.mountOptions = mountOptions;
  }

  /**
   * Those that this process may set.
   *
   * @param folder on the file system that is asked about; it is as before afterwards
   */
  public static OverlayAttributes find(Path folder) throws IOException {
    String name = TRUSTED.prefix + "opaque";
    try {
      LinuxFiles.setXattr(folder, name, new byte[] {'n'});
    } catch (NotPermittedException | NotSupportedException e) {
      return USER;
    }
    LinuxFiles.removeXattr(folder, name);
    return TRUSTED;
  }

  /**
   * Those that a process with the right to mount may set.
   *
   * @param userNamespace whether it has that right in a user namespace only
   */
  static OverlayAttributes of(boolean userNamespace) {
    return userNamespace ? USER : TRUSTED;
  }

  /**
   * Options that overlays of the engine's layers must be mounted with, separated by commas: an
   * upper directory is a layer only when all that was changed is in it, and nothing is by
   * reference.
   */
  String mountOptions() {
    return mountOptions;
  }

  /** Whether an attribute is overlayfs' own; an image's must never come to be one. */
  static boolean isOverlays(String name) {
    return name.startsWith(TRUSTED.prefix) || name.startsWith(USER.prefix);
  }

  /** Hides what lower layers have in the directory. */
  void makeOpaque(Path directory) throws IOException {
    LinuxFiles.setXattr(directory, prefix + "opaque", YES);
  }

  /** Whether the directory hides what lower layers have in it. */
  boolean isOpaque(Path directory) throws IOException {
    return Arrays.equals(LinuxFiles.xattr(directory, prefix + "opaque"), YES);
  }
}
