package dev.sealosbuild.signing;

import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in an image, as the databases of its package managers and the descriptions of libraries
 * say: dpkg, apk, rpm, JARs, npm, Python. Nothing is unpacked; each layer that has one of these
 * files is gone through at most twice.
 *
 * @param packages sorted by package URL
 * @param system the distribution, {@code ID} and {@code VERSION_ID} of os-release; empty where
 *     there is none
 * @param notRead what could not be read, in words, so that nobody takes the list for complete
 */
public record ImageContents(
    List<InstalledPackage> packages, Map<String, String> system, List<String> notRead) {

  public ImageContents {
    packages = packages.stream().sorted(InstalledPackage.ORDER).distinct().toList();
    system = Map.copyOf(system);
    notRead = notRead.stream().sorted().toList();
  }

  /**
   * Looks through the files of an image.
   *
   * @throws IOException when a layer cannot be read; a file that makes no sense is only noted
   */
  public static ImageContents of(LayeredTree tree) throws IOException {
    List<LayerEntry> systems = new ArrayList<>();
    Map<String, PackageFiles.Kind> kinds = new HashMap<>();
    List<LayerEntry> files = new ArrayList<>();
    for (LayerEntry entry : tree.walk("")) {
      if (!entry.isFile() || entry.size() == 0) {
        continue;
      }
      if (entry.path().equals("etc/os-release") || entry.path().equals("usr/lib/os-release")) {
        systems.add(entry);
      }
      PackageFiles.Kind kind = PackageFiles.kind(entry.path());
      if (kind != null) {
        kinds.put(entry.path(), kind);
        files.add(entry);
      }
    }
    Map<String, String> system = new HashMap<>();
    // What packages are called depends on the distribution, so that is read before.
    tree.readAll(systems, (names, in) -> PackageFiles.readSystem(in, system));
    PackageFiles reading = new PackageFiles(system);
    tree.readAll(
        files,
        (names, in) -> {
          for (LayerEntry name : names) {
            PackageFiles.Kind kind = kinds.get(name.path());
            if (kind != null) {
              reading.read(kind, name, in);
              return;
            }
          }
        });
    return new ImageContents(reading.packages(), system, reading.notRead());
  }
}
