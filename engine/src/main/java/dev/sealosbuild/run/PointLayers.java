package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lowest layers of overlays that hold the mount points, so that none has to be made in the upper
 * directory. Commands never change them: those that mount at the same places share one.
 */
final class PointLayers {
  private final Path folder;
  private final LayerLinks links;
  private final Map<String, Path> made = new HashMap<>();

  /**
   * @param folder exists, on the file system of the overlays' other layers: only then all files of
   *     an overlay seem to be of one device
   */
  PointLayers(Path folder, OverlayAttributes attributes) {
    this.folder = folder;
    this.links = new LayerLinks(attributes);
  }

  /**
   * An overlay that has mount points.
   *
   * @param places where the targets lead, as relative paths without links; null where something of
   *     the image's hides one of them, or is not what is to be mounted over
   */
  record Pointed(RootFileSystem.Overlay overlay, @Nullable List<Path> places) {}

  /** What is known of the links in layers. */
  LayerLinks links() {
    return links;
  }

  /** The overlay over a layer that has all targets. */
  Pointed below(RootFileSystem.Overlay overlay, List<MountPoints.Target> targets) {
    List<Path> places = new ArrayList<>();
    StringBuilder names = new StringBuilder();
    boolean clear = true;
    for (MountPoints.Target target : targets) {
      Path place = MountPoints.resolve(target.path(), overlay.lower(), links);
      clear = clear && isClear(overlay, place, target.directory());
      places.add(place);
      names.append(place).append('\0').append(target.directory()).append('\0');
    }
    List<Path> lower = new ArrayList<>(overlay.lower());
    lower.add(layerOf(names.toString(), places, targets));
    RootFileSystem.Overlay over =
        new RootFileSystem.Overlay(lower, overlay.upper(), overlay.work(), overlay.mountPoint());
    return new Pointed(over, clear ? places : null);
  }

  /** Whether what is there can be mounted over, or the point of the lowest layer is seen. */
  private boolean isClear(RootFileSystem.Overlay overlay, Path place, boolean directory) {
    try {
      LayerLinks.Kind kind = links.visible(overlay.lower(), place);
      return switch (kind) {
        case NOTHING -> true;
        case WHITEOUT, LINK -> false;
        case DIRECTORY, OPAQUE_DIRECTORY -> directory;
        case OTHER -> !directory;
      };
    } catch (IOException e) {
      throw new BuildException(
          "the mount point " + place + " cannot be looked at: " + e.getMessage(), "try again", e);
    }
  }

  private synchronized Path layerOf(
      String names, List<Path> places, List<MountPoints.Target> targets) {
    Path known = made.get(names);
    if (known != null) {
      return known;
    }
    Path layer = folder.resolve("points" + made.size());
    try {
      Files.createDirectory(layer);
      Files.setAttribute(layer, "unix:mode", 0755);
    } catch (IOException e) {
      throw new BuildException(
          "mount points cannot be made in " + folder + ": " + e.getMessage(),
          "make room for them",
          e);
    }
    MountPoints.inLayer(layer, places, targets);
    made.put(names, layer);
    return layer;
  }
}
