package dev.sealosbuild.build;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopyScan;
import dev.sealosbuild.copy.DirectoryRoot;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.run.FileCopies;
import dev.sealosbuild.run.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file, or a directory with all that is in it, that a command is to see. */
final class MountSource implements AutoCloseable {
  private final CopyRoot root;
  private final String path;
  private final LayerEntry entry;
  private @Nullable CopyScan scan;

  private MountSource(CopyRoot root, String path, LayerEntry entry) {
    this.root = root;
    this.path = path;
    this.entry = entry;
  }

  /**
   * Finds it; links on the way, and the last one, are followed within the root.
   *
   * @throws BuildException when it is not there, or left out by an ignore file
   */
  static MountSource find(CopyRoot root, String source) {
    String path = TreePaths.resolve(root.files(), TreePaths.normalize(source));
    LayerEntry entry = path.isEmpty() ? LayerEntry.directory("", 0755, 0) : root.files().find(path);
    if (entry == null) {
      throw new BuildException(
          "the mount's source \"" + source + "\" is not in " + root.description(),
          root.remedy(path));
    }
    if (!path.isEmpty() && root.isLeftOut(path, entry.isDirectory())) {
      throw new BuildException(
          "the mount's source \""
              + source
              + "\" is left out of "
              + root.description()
              + " by "
              + root.ignoreFile(),
          "take it back in there by a line \"!" + path + "\"");
    }
    return new MountSource(root, path, entry);
  }

  /** Stands for the files: what is the same has the same contents. */
  String identity() {
    String whole = root.identity();
    return whole == null ? path + "\0" + scan().digest().hex() : path + "\0" + whole;
  }

  boolean isDirectory() {
    return entry.isDirectory();
  }

  /**
   * Where the files lie on this machine just as they are to be seen; null where they have to be
   * copied for that.
   *
   * @param session whose commands have layers unpacked
   */
  @Nullable Path inPlace(BuildSession session) {
    if (root instanceof LayerRoot layers) {
      StateLayer layer = layers.layerOf(path);
      Path directory = layer == null ? null : session.commandRoom().directoryOf(layer);
      return directory == null ? null : directory.resolve(path);
    }
    if (root instanceof SavedRoot saved && !entry.isDirectory()) {
      return saved.saved().blob(path);
    }
    return root instanceof DirectoryRoot directory && root.ignoreFile().isEmpty()
        ? directory.tree().root().resolve(path)
        : null;
  }

  /**
   * Mounts by which a command sees saved images without a copy of them; empty where there are none.
   *
   * @param place where nothing is; becomes a folder that the mounts need
   */
  List<Mount> savedMounts(String target, Path place) throws IOException {
    return root instanceof SavedRoot saved && entry.isDirectory()
        ? SavedMounts.of(saved, path, target, place)
        : List.of();
  }

  /**
   * Copies the files.
   *
   * @param place where nothing is; becomes the file or the directory
   */
  void copyTo(Path place) throws IOException {
    CopyScan files = scan();
    files.prepare();
    if (!entry.isDirectory()) {
      LayerEntry file = files.entries().get(0);
      FileCopies.copy(file, files.content(file), place);
      return;
    }
    Files.createDirectories(place);
    FileCopies.copy(files.entries(), path, files::content, place);
    FileCopies.describe(place, entry);
  }

  @Override
  public void close() {
    if (scan != null) {
      scan.close();
    }
  }

  private CopyScan scan() {
    CopyScan known = scan;
    if (known == null) {
      known = root.scan(path, PathFilter.NONE);
      scan = known;
    }
    return known;
  }
}
