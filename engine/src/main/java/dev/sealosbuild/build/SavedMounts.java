package dev.sealosbuild.build;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopyScan;
import dev.sealosbuild.copy.DirectoryRoot;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.run.FileCopies;
import dev.sealosbuild.run.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The build context with saved images in it, or its {@code registry}, as a command sees it that
 * only reads. No blob is copied: those of the store have a second name in a folder of the engine's.
 * What else the context has is mounted into that folder, where nothing of it is ignored.
 */
final class SavedMounts {
  private final SavedRoot root;
  private final Path place;
  private final List<Mount> mounts = new ArrayList<>();

  private SavedMounts(SavedRoot root, Path place) {
    this.root = root;
    this.place = place;
  }

  /**
   * The mounts, outer ones first.
   *
   * @param path of a directory: the whole context, or a path at or below its {@code registry}
   * @param target where the command sees it
   * @param place where nothing is; becomes the folder
   */
  static List<Mount> of(SavedRoot root, String path, String target, Path place) throws IOException {
    SavedMounts mounts = new SavedMounts(root, place);
    Files.createDirectory(place);
    mounts.add(path, target);
    root.saved().linkInto(place);
    return mounts.mounts;
  }

  private void add(String path, String target) throws IOException {
    mounts.add(new Mount.Bind(place.resolve(path), target, true));
    if (!path.isEmpty()) {
      copy(ClusterImages.DIRECTORY);
    } else if (root.context() instanceof DirectoryRoot own && own.ignoreFile().isEmpty()) {
      for (LayerEntry entry : own.files().list("")) {
        add(own, entry, target + "/" + entry.path());
      }
    } else {
      copy("");
    }
  }

  private void add(DirectoryRoot own, LayerEntry entry, String target) throws IOException {
    boolean mountable = entry.isDirectory() || entry.isFile();
    if (!mountable || entry.path().equals(ClusterImages.DIRECTORY)) {
      copy(entry.path());
      return;
    }
    Path point = place.resolve(entry.path());
    if (entry.isDirectory()) {
      Files.createDirectory(point);
    } else {
      Files.createFile(point);
    }
    mounts.add(new Mount.Bind(own.fileOf(entry.path()), target, true));
  }

  /** Copies what the context itself has at a path. */
  private void copy(String path) throws IOException {
    CopyRoot own = root.context();
    LayerEntry top = path.isEmpty() ? null : own.files().find(path);
    if (!path.isEmpty() && (top == null || own.isLeftOut(path, top.isDirectory()))) {
      return;
    }
    try (CopyScan scan = own.scan(path, PathFilter.NONE)) {
      scan.prepare();
      if (top != null && top.isDirectory()) {
        Files.createDirectories(place.resolve(path));
      }
      FileCopies.copy(scan.entries(), "", scan::content, place);
    }
  }
}
