package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lowest layers of overlays that hold the mount points, so that none has to be made in the upper
 * directory. Commands never change them: those that mount at the same places share one.
 */
final class PointLayers {
  private final Path folder;
  private final LayerLinks links = new LayerLinks();
  private final Map<String, Path> made = new HashMap<>();

  /**
   * @param folder exists, on the file system of the overlays' other layers: only then all files of
   *     an overlay seem to be of one device
   */
  PointLayers(Path folder) {
    this.folder = folder;
  }

  /** What is known of the links in layers. */
  LayerLinks links() {
    return links;
  }

  /** The overlay over a layer that has all targets. */
  RootFileSystem.Overlay below(RootFileSystem.Overlay overlay, List<MountPoints.Target> targets) {
    List<MountPoints.Target> places = new ArrayList<>();
    StringBuilder names = new StringBuilder();
    for (MountPoints.Target target : targets) {
      String place = MountPoints.resolve(target.path(), overlay.lower(), links).toString();
      places.add(new MountPoints.Target(place, target.directory()));
      names.append(place).append('\0').append(target.directory()).append('\0');
    }
    List<Path> lower = new ArrayList<>(overlay.lower());
    lower.add(layerOf(names.toString(), places));
    return new RootFileSystem.Overlay(lower, overlay.upper(), overlay.work(), overlay.mountPoint());
  }

  private synchronized Path layerOf(String names, List<MountPoints.Target> places) {
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
    MountPoints.inLayer(layer, places);
    made.put(names, layer);
    return layer;
  }
}
