package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files and directories that something is mounted on: made before a command starts, where the
 * image has none, and removed when it has ended. Links are followed within the root only.
 */
final class MountPoints implements AutoCloseable {
  private static final int MAX_LINKS = 40;

  private final Path root;
  private final List<Path> made = new ArrayList<>();
  private final FolderTimes times = new FolderTimes();

  private MountPoints(Path root) {
    this.root = root;
  }

  /** A path within the root, and whether a directory or a file is wanted there. */
  record Target(String path, boolean directory) {
    static Target of(Mount mount) {
      boolean file = mount instanceof Mount.Bind bind && !Files.isDirectory(bind.source());
      return new Target(mount.target(), !file);
    }
  }

  /** Makes what is missing in a directory that nothing else uses yet. */
  static MountPoints inDirectory(Path root, List<Target> targets) {
    MountPoints points = new MountPoints(root);
    for (Target target : targets) {
      points.make(points.at(target.path()), target);
    }
    points.times.settle();
    return points;
  }

  /**
   * Makes them all in an empty layer that others will lie upon.
   *
   * @param places where the targets lead, as relative paths without links
   */
  static void inLayer(Path layer, List<Path> places, List<Target> targets) {
    MountPoints points = new MountPoints(layer);
    for (int i = 0; i < places.size(); i++) {
      points.make(layer.resolve(places.get(i)), targets.get(i));
    }
  }

  /**
   * Removes from an overlay's upper directory what can only be a mount point: what stands at a
   * target and is empty. Nothing else can come there while something is mounted over it.
   */
  static void removeFrom(RootFileSystem.Overlay overlay, List<Target> targets, LayerLinks known) {
    MountPoints points = new MountPoints(overlay.upper());
    List<Path> layers = new ArrayList<>(overlay.lower());
    layers.add(0, overlay.upper());
    for (Target target : targets) {
      Path path = overlay.upper().resolve(resolve(target.path(), overlay.upper(), layers, known));
      if (exists(path)) {
        points.made.add(path);
      }
    }
    points.close();
  }

  /** Where a path leads within the root. */
  Path at(String path) {
    return root.resolve(resolve(path, root, List.of(root), new LayerLinks(null)));
  }

  /** Removes what was made, as far as it is still empty, and gives the folders their times back. */
  @Override
  public void close() {
    times.compare();
    for (int i = made.size() - 1; i >= 0; i--) {
      remove(made.get(i));
    }
    times.restore();
  }

  private static void remove(Path path) {
    try {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || isEmptyFile(path)) {
        Files.deleteIfExists(path);
      }
    } catch (DirectoryNotEmptyException e) {
      return; // the command put something there, which is then its own
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /**
   * The relative path that a path leads to when the layers lie over one another, the topmost first.
   * What none of them has stays as it is written.
   *
   * @param layers none of which changes
   */
  static Path resolve(String path, List<Path> layers, LayerLinks known) {
    return resolve(path, null, layers, known);
  }

  /**
   * @param changing the one of the layers that may have changed since it was looked at
   */
  private static Path resolve(
      String path, @Nullable Path changing, List<Path> layers, LayerLinks known) {
    Deque<String> rest = new ArrayDeque<>(Arrays.asList(path.split("/", -1)));
    Path place = Path.of("");
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        Path parent = place.getParent();
        place = parent == null ? Path.of("") : parent;
        continue;
      }
      Path next = place.resolve(name);
      String link = link(next, changing, layers, known);
      if (link == null) {
        place = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new BuildException(
            "the mount target " + path + " leads through too many symbolic links",
            "name another target");
      }
      place = link.startsWith("/") ? Path.of("") : place;
      List<String> parts = Arrays.asList(link.split("/", -1));
      for (int i = parts.size() - 1; i >= 0; i--) {
        rest.push(parts.get(i));
      }
    }
    return place;
  }

  private static @Nullable String link(
      Path path, @Nullable Path changing, List<Path> layers, LayerLinks known) {
    for (Path layer : layers) {
      Path file = layer.resolve(path);
      try {
        LayerLinks.Seen seen = layer.equals(changing) ? known.now(file) : known.at(file);
        if (seen.exists()) {
          return seen.link();
        }
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
    return null;
  }

  private void make(Path path, Target target) {
    Path relative = root.relativize(path);
    Path place = root;
    try {
      for (int i = 0; i < relative.getNameCount(); i++) {
        if (relative.toString().isEmpty()) {
          return;
        }
        Path next = place.resolve(relative.getName(i));
        boolean directory = i < relative.getNameCount() - 1 || target.directory();
        if (!exists(next)) {
          times.note(place);
          create(next, directory);
        } else if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS) != directory) {
          throw new BuildException(
              "nothing can be mounted at "
                  + target.path()
                  + ": the image has "
                  + (directory ? "no directory" : "a directory")
                  + " there",
              "name another target");
        }
        place = next;
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private void create(Path path, boolean directory) throws IOException {
    if (directory) {
      Files.createDirectory(path);
      Files.setAttribute(path, "unix:mode", 0755);
    } else {
      Files.createFile(path);
      Files.setAttribute(path, "unix:mode", 0644);
    }
    made.add(path);
  }

  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isEmptyFile(Path path) throws IOException {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == 0;
  }

  private static BuildException failure(Path path, IOException e) {
    return new BuildException(
        "the mount point " + path + " cannot be prepared: " + e.getMessage(),
        "check who may write there",
        e);
  }
}
