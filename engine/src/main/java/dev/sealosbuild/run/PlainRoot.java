package dev.sealosbuild.run;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One directory that holds all layers, for where overlays may not be mounted. The command changes
 * it in place; what it changed is found by looking at everything before and after. The directory
 * then serves the next command, so that a build unpacks its base once.
 */
final class PlainRoot implements WorkingRoot {
  private final WorkingRoots owner;
  private final Path folder;
  private final Path root;
  private final List<Digest> diffIds;
  private final DirectorySnapshot before;
  private final LayerEntry rootItself;
  private @Nullable Digest kept;

  /**
   * Layers in one directory.
   *
   * @param folder with the directory, and what belongs to it
   * @param diffIds of the layers, base first
   */
  record Unpacked(Path folder, List<Digest> diffIds) {
    Path root() {
      return folder.resolve("d");
    }

    /** How many of these layers it holds; -1 where it holds something else as well. */
    int layersOf(List<ImageLayer> layers) {
      if (layers.size() < diffIds.size()) {
        return -1;
      }
      for (int i = 0; i < diffIds.size(); i++) {
        if (!layers.get(i).diffId().equals(diffIds.get(i))) {
          return -1;
        }
      }
      return diffIds.size();
    }

    /** With the further ones of these layers unpacked over what is there. */
    Unpacked with(List<ImageLayer> layers, Set<String> leftOut) throws IOException {
      List<Digest> all = new ArrayList<>(diffIds);
      EntryMaker maker = new EntryMaker();
      for (ImageLayer layer : layers.subList(diffIds.size(), layers.size())) {
        new LayerUnpacking(root(), List.of(), null, maker)
            .unpack(layer.index().get(), layer.source());
        all.add(layer.diffId());
      }
      leftOut.addAll(maker.leftOut());
      return new Unpacked(folder, List.copyOf(all));
    }

    static Unpacked empty(Path folder) throws IOException {
      Unpacked unpacked = new Unpacked(folder, List.of());
      Files.createDirectory(unpacked.root());
      new EntryMaker().describe(unpacked.root(), LayerEntry.directory("", 0755, 0));
      return unpacked;
    }
  }

  PlainRoot(WorkingRoots owner, Unpacked unpacked) throws IOException {
    this.owner = owner;
    this.folder = unpacked.folder();
    this.root = unpacked.root();
    this.diffIds = unpacked.diffIds();
    this.before = DirectorySnapshot.of(root);
    this.rootItself = DiskEntry.whole(root, "", LinuxFiles.status(root));
  }

  @Override
  public RootFileSystem fileSystem() {
    return new RootFileSystem.Directory(root);
  }

  @Override
  public CommandChanges changes(UnaryOperator<LayerEntry> stamp) {
    return new CommandChanges(stamp, root, before);
  }

  @Override
  public void keep(Digest diffId, Digest blob) {
    try {
      // A layer says nothing of the root itself.
      new EntryMaker().describe(root, rootItself);
      kept = diffId;
    } catch (IOException e) {
      throw StoreFailure.of("keeping what a command changed in " + root, e);
    }
  }

  @Override
  public @Nullable WorkingRoot following() {
    return null;
  }

  @Override
  public void close() {
    try {
      if (kept == null) {
        owner.remove(folder);
        return;
      }
      List<Digest> all = new ArrayList<>(diffIds);
      all.add(kept);
      owner.takeBack(new Unpacked(folder, List.copyOf(all)));
    } catch (IOException e) {
      throw StoreFailure.of("removing " + folder, e);
    }
  }
}
